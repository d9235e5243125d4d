/// The name of a fact in a log line. Declared once, so that a search for `partition=3` finds every line about it; a module declares
/// those of its own subject in an extension.
public struct LogKey: Hashable, Sendable {
    /// The name, lower case with underscores.
    public let name: String

    /// A key of that name, which is a constant; `time`, `level` and `message` are taken.
    public init(_ name: StaticString) {
        self.name = name.description
        precondition(!["time", "level", "message"].contains(self.name), "a log line has its own \(self.name)")
    }
}

extension LogKey {
    /// A job's name.
    public static let job = LogKey("job")
    /// A stage's id within its job.
    public static let stage = LogKey("stage")
    /// A partition's number, and so a task's.
    public static let partition = LogKey("partition")
    /// A slot's number.
    public static let slot = LogKey("slot")
    /// The number of an epoch.
    public static let epoch = LogKey("epoch")
    /// A topic's name.
    public static let topic = LogKey("topic")
    /// A place in a partition.
    public static let offset = LogKey("offset")
    /// A service of the process.
    public static let service = LogKey("service")
    /// Why: a failure's own words.
    public static let reason = LogKey("reason")
    /// A file or folder.
    public static let path = LogKey("path")
    /// An address that is listened on or spoken to.
    public static let address = LogKey("address")
    /// A number of things.
    public static let count = LogKey("count")
    /// The id by which a request is found again, as it stands in its answer, in events and in audit records.
    public static let correlation = LogKey("correlation_id")
    /// The user on whose behalf something was done.
    public static let user = LogKey("user")
    /// How long something took.
    public static let elapsed = LogKey("elapsed")
}
