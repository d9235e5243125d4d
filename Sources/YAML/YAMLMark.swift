/// A place in a file, as editors count: lines and columns from 1, columns in Unicode scalars.
public struct YAMLMark: Hashable, Sendable, CustomStringConvertible {
    /// The file's name as the reader was given it.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int

    /// Line `line`, column `column` of `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, which terminals and editors turn into a link.
    public var description: String { "\(file):\(line):\(column)" }
}
