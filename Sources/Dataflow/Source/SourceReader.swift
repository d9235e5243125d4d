public import StreamCore

/// Reads what a stage takes from outside the log, such as the changes of a database: one reader for each run of the stage's one task.
///
/// What it gives and where it then stands are committed together, so what it reads again after a failure must begin right behind the
/// position that it is opened with. It is asked on a thread of its own that may block.
/// ```
/// open ─▶ next … ─▶ close          committed: from any thread, between open and close
/// ```
public protocol SourceReader: AnyObject, Sendable {
    /// Begins right behind `position`, or, without one, at the beginning. Called once, before anything else; ends whatever an older reader
    /// of the same source still has open.
    func open(after position: String?) throws(StageFailure)

    /// What comes next, at least one record or a newer position; `nil` where nothing came within a fraction of a second.
    func next() throws(StageFailure) -> SourceYield?

    /// Everything up to `position` has been committed: the source may forget it.
    func committed(_ position: String)

    /// The last call, after failures too.
    func close()
}

/// What a reader gives at once: encoded records, and where it stands after them.
public struct SourceYield: Sendable {
    /// The records, by outlet and partition.
    public let batches: [(outlet: String, partition: Int, batch: RecordBatch)]
    /// Where a next reader goes on; the state of the task from the same epoch on.
    public let position: String
    /// When the newest of it happened.
    public let time: EventTime

    /// How many records.
    public var count: Int { batches.reduce(0) { $0 + $1.batch.count } }
    /// About how many bytes.
    public var byteCount: Int { batches.reduce(0) { $0 + $1.batch.byteCount } }
}

/// Gathers a reader's records for the outlets of its stage.
public struct SourceOutlets: Sendable {
    private let names: [String]
    private let numbers: [String: Int]
    private var builders: [[BatchBuilder?]]
    private var body = ByteWriter(capacity: 4_096)
    /// How many bytes are gathered, about.
    public private(set) var byteCount = 0
    /// How many records are gathered.
    public private(set) var count = 0

    /// For outlets with so many partitions each.
    public init(partitions: [String: Int]) {
        names = partitions.keys.sorted()
        numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        builders = names.map { Array(repeating: nil, count: partitions[$0] ?? 1) }
    }

    /// Appends a record where its key belongs; without a key, to the first partition, so that the order stays.
    public mutating func append<Failure: Error>(
        to outlet: String, key: [UInt8]?, headers: [Header] = [], time: EventTime, value: (inout ByteWriter) throws(Failure) -> Void
    ) throws(Failure) {
        body.removeAll()
        try value(&body)
        append(to: outlet, Record(key: key, value: body.bytes, headers: headers, time: time))
    }

    /// Appends a whole record, likewise; one without a value, too.
    public mutating func append(to outlet: String, _ record: Record) {
        guard let number = numbers[outlet] else { return }
        let partition = record.key.map { Partitioner.partition(of: $0, among: builders[number].count).index } ?? 0
        var builder = builders[number][partition].take() ?? BatchBuilder(capacity: 65_536)
        let before = builder.byteCount
        builder.append(record)
        byteCount += builder.byteCount - before
        count += 1
        builders[number][partition] = builder
    }

    /// Gives away what is gathered, with the position behind it.
    public mutating func take(upTo position: String, at time: EventTime) -> SourceYield {
        var batches: [(outlet: String, partition: Int, batch: RecordBatch)] = []
        for number in builders.indices {
            for partition in builders[number].indices {
                guard var builder = builders[number][partition].take() else { continue }
                batches.append((names[number], partition, builder.finish()))
            }
        }
        (byteCount, count) = (0, 0)
        return SourceYield(batches: batches, position: position, time: time)
    }
}

/// What a reader is made with.
public struct SourceScope: Sendable {
    /// The stage's outlets, empty.
    public let outlets: SourceOutlets
    /// The clock on the wall.
    public let clock: @Sendable () -> EventTime

    /// A scope of those parts.
    public init(outlets: SourceOutlets, clock: @escaping @Sendable () -> EventTime) {
        self.outlets = outlets
        self.clock = clock
    }
}
