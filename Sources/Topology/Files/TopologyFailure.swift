internal import YAML

/// What is wrong with a topology folder: every problem of every file at once, so that its author corrects them in one go.
public struct TopologyFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The file, as the folder was given it.
        public let file: String
        /// The line, from 1.
        public let line: Int
        /// The column, from 1.
        public let column: Int
        /// What is wrong and what would be right, for the person who wrote the file.
        public let reason: String

        /// A problem at a place.
        public init(file: String, line: Int, column: Int, reason: String) {
            self.file = file
            self.line = line
            self.column = column
            self.reason = reason
        }

        /// `file:line:column: reason`, which terminals and editors turn into a link.
        public var description: String { "\(file):\(line):\(column): \(reason)" }
    }

    /// The problems, at least one: `cluster.yaml` first, then `topics.yaml`, then the jobs by file name, each file's by line.
    public let problems: [Problem]

    /// A failure of those problems.
    public init(problems: [Problem]) { self.problems = problems }

    /// A line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension TopologyFailure.Problem {
    init(_ problem: YAMLFailure.Problem) {
        self.init(file: problem.mark.file, line: problem.mark.line, column: problem.mark.column, reason: problem.reason)
    }
}
