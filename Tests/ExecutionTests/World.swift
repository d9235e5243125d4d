internal import Dataflow
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import KeyedState
internal import Metrics
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StreamTesting
internal import StructuredLog
internal import Testing
internal import Wire

enum Ports {
    static let input = Inlet<Sample>("input")
    static let rules = Inlet<Sample>("rules")
    static let output = Outlet<Sample>("output")
    static let texts = Outlet<String>("texts")
    static let late = Outlet<Sample>("late")
}

/// An engine over a real log and a real state in one directory: opened, crashed and opened again.
final class World: Sendable {
    let directory: ScratchDirectory
    private let job: SketchJob
    private let bindings: JobBindings
    private let settings: EngineSettings
    let log: FaultyLog
    let engine: Engine
    let partitions: Int
    private let isLate: Bool

    /// Opens what `directory` holds and runs `job` on it.
    init(
        _ job: SketchJob, partitions: Int = 1, in directory: ScratchDirectory? = nil, failing faults: [Int: FaultyLog.Fault] = [:],
        isLate: Bool = false, bind: (inout JobBindings) -> Void = { _ in }, tune: (inout EngineSettings) -> Void = { _ in }
    ) async throws {
        let directory = try directory ?? ScratchDirectory()
        var bindings = try JobHarness.bindings(of: job, keys: ["input": "key"], partitions: partitions)
        for name in bindings.inlets.keys {
            // Silence moves nothing unless a test says so.
            bindings.inlets[name]?.settings.idleAfter = EventTime.Span(.seconds(3_600))
        }
        bind(&bindings)
        var settings = EngineSettings()
        settings.firstBackoff = .init(microseconds: 1_000)
        settings.longestBackoff = .init(microseconds: 4_000)
        settings.failuresToQuarantine = 20
        settings.epochEvery = .init(microseconds: 2_000)
        tune(&settings)
        (self.job, self.bindings, self.settings, self.directory, self.partitions) = (job, bindings, settings, directory, partitions)
        let clock = World.clock()
        var durability = EmbeddedLogSettings()
        durability.durability = .os
        self.isLate = isLate
        let embedded = try EmbeddedLog(directory: directory.child("log"), settings: durability, clock: clock)
        log = FaultyLog(embedded, failing: faults)
        let state = try RocksDBState(directory.child("state"), cache: BlockCache(bytes: 1 << 20), writeBuffer: 256 << 10)
        let quiet = Logger(LogOutput(format: .json, clock: { "" }, sink: { _ in }))
        engine = Engine(log: isLate ? LateLog(log) : log, state: state, settings: settings, logger: quiet, metrics: MetricsRegistry(), clock: clock)
        let topics = bindings.inlets.values.map(\.topic) + bindings.outlets.values
        _ = try log.ensure(topics.map { TopicSpec($0.name, partitions: $0.partitions) })
        try await engine.deploy(JobDeployment(job: job, bindings: bindings, fingerprint: "test"))
    }

    /// A clock that runs as the machine's does, from an instant long after the samples'.
    private static func clock() -> @Sendable () -> EventTime {
        let start = ContinuousClock().now
        return { EventTime(microseconds: 1_700_000_000_000_000).advanced(by: .init(ContinuousClock().now - start)) }
    }

    /// Publishes samples, each to its key's partition.
    func publish(_ samples: [Sample], to topic: String = "input") throws { try publish(samples.map(\.record), to: topic) }

    func publish(_ records: [Record], to topic: String = "input") throws {
        var builders: [Int: BatchBuilder] = [:]
        for record in records { builders[Partitioner.partition(of: record.key ?? [], among: partitions).index, default: BatchBuilder()].append(record) }
        let batches = builders.sorted { $0.key < $1.key }.map { key, builder in
            var builder = builder
            return PartitionBatch(TopicPartition(topic, Partition(key)), builder.finish())
        }
        _ = try log.append(batches)
    }

    func records(of topic: String, partitions: Int? = nil) throws -> [Record] {
        let reader = try log.makeReader(waking: {})
        defer { reader.close() }
        var found: [Record] = []
        for number in 0..<(partitions ?? self.partitions) {
            let partition = TopicPartition(topic, Partition(number))
            // A repartition topic may have been purged behind its reader.
            try reader.assign(partition, from: try log.bounds(of: partition).start)
            while let batch = try reader.next(partition, upTo: 1 << 20) { found += batch.records }
        }
        return found
    }

    func texts(_ topic: String = "texts") throws -> [String] { try records(of: topic).map(\.text) }

    /// Returns when everything published has been read, committed, and nothing more is under way.
    func settled() async throws {
        try await eventually("the job has read and committed everything") { [self] in
            let job = try await engine.snapshot(of: "sketch")
            guard job.lag == 0, job.condition == .running else { return false }
            for task in job.stages.flatMap(\.tasks) {
                let committed = try log.committedEpochs(of: [task.task.turn])[task.task.turn]
                if (committed ?? .none) != task.epoch { return false }
                for inlet in task.inlets where try await position(of: task.task, inlet.partition) != inlet.position && inlet.position > .zero { return false }
            }
            return true
        }
    }

    /// How far the task's last marker says it has read a partition.
    private func position(of task: TaskID, _ partition: TopicPartition) async throws -> Offset? {
        let reader = try log.makeReader(waking: {})
        defer { reader.close() }
        try reader.assign(task.changelog, from: try log.bounds(of: task.changelog).start)
        var marker: Marker?
        while let batch = try reader.next(task.changelog, upTo: 1 << 20) {
            for index in 0..<batch.count where Marker.isMarker(index, of: batch) { marker = try Marker(batch.record(index).value ?? []) }
        }
        return marker?.positions[partition]?.readTo
    }

    /// Stops in order.
    func stop() async {
        await engine.stop()
        log.close()
    }

    /// A world on a copy of what the disk holds now, as after a crash; this one is stopped.
    func crashed(wipingState: Bool = false) async throws -> World {
        let copy = try directory.copy()
        await stop()
        if wipingState { try copy.remove("state") }
        return try await reopened(in: copy)
    }

    /// The same job on what a directory holds.
    func reopened(in copy: ScratchDirectory) async throws -> World {
        let (bindings, settings) = (bindings, settings)
        return try await World(job, partitions: partitions, in: copy, isLate: isLate, bind: { $0 = bindings }, tune: { $0 = settings })
    }
}

/// Counts each key's samples for ever.
struct Counting: KeyedProcess {
    let counts: ValueState<String, Int>
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        let next = (try counts.value(for: key) ?? 0) + 1
        try counts.set(next, for: key)
        out.emit("\(key)=\(next)", at: time)
    }
}

enum Jobs {
    /// The samples counted by key.
    static let counting = SketchJob { flow in
        flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
            .keyed("counts", by: "key") { $0.key }
            .processed("count") { Counting(counts: $0.state.value("counts")) }
            .into(Ports.texts, encoding: { TextEncoder(keyedBy: { String($0.prefix(2)) }) })
    }

    /// The samples counted by key behind a shuffle.
    static let shuffling = SketchJob { flow in
        flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
            .keyed("counts", by: "other") { $0.key }
            .processed("count") { Counting(counts: $0.state.value("counts")) }
            .into(Ports.texts, encoding: { TextEncoder(keyedBy: { String($0.prefix(2)) }) })
    }

    /// The samples in order.
    static let ordering = SketchJob { flow in
        flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
            .keyed("ordered", by: "key") { $0.key }
            .ordered("in-order", ties: \.number, late: Ports.late, encoding: { SampleEncoder() })
            .processed("relay") { _ in Relay() }
            .into(Ports.output, encoding: { SampleEncoder() })
    }

    /// Lists of the samples' numbers, by windows of 25 µs.
    static let windows = SketchJob { flow in
        flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
            .keyed("windows", by: "key") { $0.key }
            .windowed(.tumbling(.microseconds(25))).aggregated("lists", by: Lists())
            .into(Ports.texts, encoding: { TextEncoder() })
    }
}

/// Hands each sample on.
struct Relay: KeyedProcess {
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<Sample>) throws(StageFailure) {
        out.emit(sample, at: time)
    }
}

struct Lists: Aggregate {
    func empty() -> [Int] { [] }
    func add(_ element: Sample, to accumulator: inout [Int]) { accumulator.append(element.number) }
    func merge(_ a: [Int], _ b: [Int]) -> [Int] { a + b }
    func result(_ accumulator: [Int], of key: String, in window: Window) -> String {
        "\(key) \(window.start.microseconds) \(accumulator.sorted())"
    }
}

/// Samples of random keys with rising numbers and roughly rising times.
func samples(_ seed: UInt64, count: Int, keys: Int = 5, spread: Int = 0) -> [Sample] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { number in
        Sample("k\(Int.random(in: 0..<keys, using: &random))", number, at: 1_000 + number * 3 - Int.random(in: 0...spread, using: &random))
    }
}

/// What counting says of samples when each counts exactly once.
func counted(_ samples: [Sample]) -> [String] {
    var counts: [String: Int] = [:]
    return samples.map { sample in
        counts[sample.key, default: 0] += 1
        return "\(sample.key)=\(counts[sample.key] ?? 0)"
    }.sorted()
}
