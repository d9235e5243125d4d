public import StreamCore

/// The log that everything goes through: topics of partitions of records, written in transactions, read committed only.
///
/// Two implementations, `EmbeddedLog` and (over Kafka) `KafkaLog`, pass one conformance suite, so nothing above may know which it has.
/// The semantics are librdkafka's: offsets may have gaps, a reader sees committed records only, opening a writer fences its
/// predecessor of the same name. Every call may block on disk or network: slot threads and doors call it, never the cooperative pool.
public protocol EventLog: AnyObject, Sendable {
    /// The topology's word for it: `embedded` or `kafka`.
    var kind: String { get }

    /// Creates the topics that are missing and reports how the others differ from what is declared; alters nothing that exists.
    func ensure(_ topics: [TopicSpec]) throws(LogFailure) -> [TopicDifference]

    /// What would keep `ensure` from creating those of the topics that are missing, as far as it can be told without creating them.
    func obstacles(to topics: [TopicSpec]) throws(LogFailure) -> [TopicObstacle]

    /// All topics with their sizes, internal ones included, by name.
    func topics() throws(LogFailure) -> [TopicStatus]

    /// Where a partition starts and ends now.
    func bounds(of partition: TopicPartition) throws(LogFailure) -> PartitionBounds

    /// The offset that a way of starting means now.
    func resolve(_ start: StartPosition, in partition: TopicPartition) throws(LogFailure) -> Offset

    /// A reader with nothing assigned. `wake` is called, from any thread and possibly more than once, when an assigned partition
    /// that had nothing more to read has something again. Readers of one job may share what fetching costs, and then wait for each other;
    /// `nil` is whoever reads now and then.
    func makeReader(of job: String?, waking wake: @escaping @Sendable () -> Void) throws(LogFailure) -> any LogReader

    /// The transactional writer `name`, usually a slot's. An earlier writer of that name is fenced: its open transaction is aborted,
    /// and its later commits fail with `.fenced`.
    func makeWriter(_ name: String) throws(LogFailure) -> any LogWriter

    /// Appends outside any transaction, returning when all of it is durable: the offset of each batch's first record, in order.
    /// What `publish` and commands use.
    func append(_ batches: [PartitionBatch]) throws(LogFailure) -> [Offset]

    /// The last committed epoch of each turn; turns without one are left out. Waits for a predecessor's commit still being settled.
    func committedEpochs(of turns: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Epoch]

    /// Joins those who share the turns. `onChange` hears what becomes of this process's turns, beginning with the first `follow`. A process
    /// joins once; commits of turns carry its membership, and fail with `.fenced` when a turn is no longer its own.
    func join(onChange: @escaping @Sendable (TurnChange) -> Void) throws(LogFailure) -> any LogMembership

    /// Who shares the turns now, this process among them: how a task's owner is found.
    func members() throws(LogFailure) -> [LogMember]

    /// Lets tools that watch lag see how far a job has read. Nothing of ours believes it.
    func report(_ positions: [TopicPartition: Offset], of job: String) throws(LogFailure)

    /// The groups that read this log, ours and foreign ones, by name.
    func groups() throws(LogFailure) -> [ConsumerGroup]

    /// Drops records below `offset`: how repartition topics stay short.
    func purge(_ partition: TopicPartition, below offset: Offset) throws(LogFailure)

    /// Deletes topics with all they hold, and the committed epochs of turns among them. Unknown names are no error.
    func delete(_ topics: [String]) throws(LogFailure)

    /// Applies retention and compaction once, a bounded amount of each, judged by `now`; whether there is more to do at once. A log that
    /// sees to that by itself has nothing to do.
    func maintain(now: EventTime) throws(LogFailure) -> Bool

    /// Ends it in order; readers and writers must be closed before.
    func close()
}

/// Reads partitions of a log, committed records only, in offset order. Confined to one thread; one a task.
public protocol LogReader: AnyObject {
    /// Begins to read `partition` at `offset`, or moves there.
    func assign(_ partition: TopicPartition, from offset: Offset) throws(LogFailure)

    /// Stops reading `partition`.
    func unassign(_ partition: TopicPartition)

    /// The next committed records of an assigned partition, about `bytes` of them but at least one, or `nil` when there are none now.
    /// Never waits. Fails with `.outOfRange` where the position is no longer retained.
    func next(_ partition: TopicPartition, upTo bytes: Int) throws(LogFailure) -> RecordBatch?

    /// Whether everything in `partition`, uncommitted records included, has been read, by a look no older than the last `next`. Never
    /// waits: where the log must ask another machine this is `false` for now, and `wake` is called when the answer is there.
    func isAtEnd(_ partition: TopicPartition) throws(LogFailure) -> Bool

    /// After the last committed record of an assigned partition as far as this reader has heard; `nil` while it has not. Asks nobody: for
    /// showing lag.
    func knownEnd(_ partition: TopicPartition) -> Offset?

    /// Ends it.
    func close()
}

/// Commits epochs, each wholly or not at all. Confined to one thread; blocks.
public protocol LogWriter: AnyObject {
    /// Commits one transaction and returns the offset of each batch's first record, in the order given.
    /// `.fenced`: another writer of this name took over; `.unknown`: it may or may not have been committed, the log must be asked.
    /// After any failure the writer is of no more use.
    func commit(_ transaction: Transaction) throws(LogFailure) -> [Offset]

    /// Ends it; nothing can be open.
    func close()
}
