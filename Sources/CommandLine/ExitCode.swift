/// What a command tells the shell.
public enum ExitCode: Int32, Sendable {
    /// It did what was asked.
    case done = 0
    /// It understood and could not or would not.
    case refused = 1
    /// The command line itself was wrong: see `UsageFailure`.
    case usage = 2
}

/// A command line that means nothing, for standard error; the process then exits with `ExitCode.usage`.
public struct UsageFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public let reason: String
    /// The words of the command it was wrong for, from the program's name on; empty where the failure does not know.
    public let path: [String]

    /// A failure of a check of the caller's own.
    public init(_ reason: String) { self.init(reason, path: []) }

    init(_ reason: String, path: [String]) {
        self.reason = reason
        self.path = path
    }

    /// The reason, and below it the command that says more.
    public var description: String { path.isEmpty ? reason : "\(reason)\n`\(path.joined(separator: " ")) --help` says more" }
}
