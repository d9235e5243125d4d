/// What is wrong with a file: one problem or several, each with its place. The one error of this module.
public struct YAMLFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// Where it is.
        public let mark: YAMLMark
        /// What it is and what would be right, for the person who wrote the file.
        public let reason: String

        /// A problem of those parts.
        public init(_ mark: YAMLMark, _ reason: String) {
            self.mark = mark
            self.reason = reason
        }

        /// `file:line:column: reason`.
        public var description: String { "\(mark): \(reason)" }
    }

    /// The first problem.
    public let first: Problem
    /// The others, in the order they were found.
    public let others: [Problem]

    /// A failure of one problem. Checks of the caller's own (a topic that is declared nowhere) throw it with a node's mark.
    public init(_ mark: YAMLMark, _ reason: String) {
        first = Problem(mark, reason)
        others = []
    }

    init(_ first: Problem, _ others: [Problem]) {
        self.first = first
        self.others = others
    }

    /// Where the first problem is.
    public var mark: YAMLMark { first.mark }

    /// What the first problem is.
    public var reason: String { first.reason }

    /// Every problem, at least one.
    public var problems: [Problem] { [first] + others }

    /// A line `file:line:column: reason` for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
