/// What opening a log directory found: for the log line and the health page of whoever opened it.
public struct RecoveryReport: Sendable, CustomStringConvertible {
    /// How many commits the log holds since its creation.
    public let commits: UInt64
    /// What was wrong with the end of the log, if anything: everything from there on is gone, what was before it is whole.
    public let droppedTail: String?

    /// Whether nothing was dropped.
    public var isClean: Bool { droppedTail == nil }

    public var description: String {
        guard let droppedTail else { return "log opened whole at commit \(commits)" }
        return "log opened at commit \(commits); what followed is gone, because its end was damaged, cut or half-written (\(droppedTail))"
    }
}
