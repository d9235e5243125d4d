public import EventLog
public import StreamCore

/// What a log brings to be tested: a way to open it, and what only its own side can do. One fixture serves one case, on storage of its own.
public protocol LogFixture: AnyObject {
    /// Opens the log on this fixture's storage: empty the first time, later with what was committed before. The one opened before has
    /// been closed.
    func open() throws -> any EventLog

    /// A topic name for `word` that nothing else uses: the word itself where the storage is the case's own.
    func topicName(_ word: String) -> String

    /// Called between two looks at a log that has not shown something yet; how many looks there are is `patience`. A log that shows what
    /// it committed at once need not wait.
    func pause()

    /// How many looks are made before something that must appear counts as missing.
    var patience: Int { get }

    /// Has retention and compaction run to their end as if it were `now`; `false` where the log cannot be made to.
    func maintain(_ log: any EventLog, now: EventTime) throws -> Bool

    /// How much must be written behind a record before compaction may touch it.
    var compactionTail: Int { get }
}
