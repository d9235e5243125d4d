public import EventLog
internal import RocksDB
public import StreamCore
internal import Synchronization

/// The log on this machine's own disk: topics, changelogs, turns and markers as batches in one RocksDB, so an epoch is one write.
///
/// One process at a time holds a directory. A directory that was damaged opens to what it held up to some commit, and says so in
/// `recovery`, or is refused with a message that names the file and what to do.
public final class EmbeddedLog: EventLog {
    private let core: Mutex<LogCore?>
    /// What opening the directory found.
    public let recovery: RecoveryReport

    /// Opens the log in `directory`, creating it where there is none. `clock` says the time of appends, from which the age of
    /// tombstones is counted.
    public init(
        directory: String, settings: EmbeddedLogSettings = EmbeddedLogSettings(), clock: @escaping @Sendable () -> EventTime
    ) throws(LogFailure) {
        let core = try LogCore.open(directory, settings: settings, clock: clock)
        recovery = core.recovery
        self.core = Mutex(core)
    }

    public var kind: String { "embedded" }

    public func ensure(_ topics: [TopicSpec]) throws(LogFailure) -> [TopicDifference] { try opened().ensure(topics) }

    public func topics() throws(LogFailure) -> [TopicStatus] {
        try opened().catalogue.all.map { topic in
            TopicStatus(
                spec: topic.spec,
                partitions: topic.partitions.map { partition in
                    let record = partition.record
                    return TopicStatus.PartitionStatus(
                        partition: partition.name.partition, bounds: partition.bounds, bytes: record.bytes,
                        newest: record.newest == .distantPast ? nil : record.newest)
                })
        }
    }

    public func bounds(of partition: TopicPartition) throws(LogFailure) -> PartitionBounds {
        try opened().catalogue.partition(partition).bounds
    }

    public func resolve(_ start: StartPosition, in partition: TopicPartition) throws(LogFailure) -> Offset {
        try opened().resolve(start, in: partition)
    }

    public func makeReader(of job: String?, waking wake: @escaping @Sendable () -> Void) throws(LogFailure) -> any LogReader {
        EmbeddedReader(try opened(), waking: wake)
    }

    public func makeWriter(_ name: String) throws(LogFailure) -> any LogWriter {
        let core = try opened()
        let generation = core.writing.withLock { state in
            let generation = (state.writers[name] ?? Generation(0)).next
            state.writers[name] = generation
            return generation
        }
        return EmbeddedWriter(core, WriterIdentity(name: name, generation: generation))
    }

    public func append(_ batches: [PartitionBatch]) throws(LogFailure) -> [Offset] {
        try opened().commit(Transaction(batches: batches), by: nil)
    }

    public func committedEpochs(of turns: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Epoch] {
        try opened().committedEpochs(of: turns)
    }

    public func join(onChange: @escaping @Sendable (TurnChange) -> Void) throws(LogFailure) -> any LogMembership {
        EmbeddedMembership(try opened(), onChange: onChange)
    }

    /// None: a log that one process holds is shared with nobody.
    public func members() throws(LogFailure) -> [LogMember] { [] }

    /// Does nothing: nobody else can look into the directory, and `linehaul jobs` shows lag.
    public func report(_ positions: [TopicPartition: Offset], of job: String) throws(LogFailure) {}

    /// None.
    public func groups() throws(LogFailure) -> [ConsumerGroup] { [] }

    public func purge(_ partition: TopicPartition, below offset: Offset) throws(LogFailure) {
        let core = try opened()
        try core.purge(try core.catalogue.partition(partition), below: offset)
    }

    public func delete(_ topics: [String]) throws(LogFailure) { try opened().delete(topics) }

    /// The owner calls it every few seconds on a thread of its own. Safe beside readers and writers.
    public func maintain(now: EventTime) throws(LogFailure) -> Bool { try opened().maintain(now: now) }

    /// Closes the log: what is in memory goes to files, so that the next start is quick, and the directory is free once the readers
    /// and writers are closed too.
    public func close() {
        let core = core.withLock { core in
            defer { core = nil }
            return core
        }
        // Closing must not fail; what could not be flushed is still in the write-ahead log.
        try? core?.database.flush(wait: true)
    }

    private func opened() throws(LogFailure) -> LogCore {
        guard let core = core.withLock({ $0 }) else { throw LogFailure(.unavailable, "using a log that was closed") }
        return core
    }
}
