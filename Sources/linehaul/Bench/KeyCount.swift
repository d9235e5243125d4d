internal import Dataflow
internal import KeyedState
internal import StreamCore
internal import Wire

/// A job for measurements: counts the records of each key for ever and says the count. Keyed state at its barest.
struct KeyCount: Job {
    static let name = "bench-key-count"
    static let summary = "counts the records of each key"
    static let inlet = Inlet<Tick>("ticks")
    static let outlet = Outlet<Tick>("counts")

    /// A key, what is said of it, and when its record was made, for latencies.
    struct Tick: Storable {
        let key: Int
        var number: Int
        let made: EventTime

        init(key: Int, number: Int, made: EventTime) {
            self.key = key
            self.number = number
            self.made = made
        }

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            key = Int(try reader.signed())
            number = Int(try reader.signed())
            made = EventTime(microseconds: try reader.word())
        }

        func store(into writer: inout ByteWriter) {
            writer.signed(Int64(key))
            writer.signed(Int64(number))
            writer.word(made.microseconds)
        }

        var json: JSON { .object(["key": key.json, "number": number.json]) }
    }

    struct Codec: RecordDecoder, RecordEncoder {
        func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Tick? {
            try unsafe batch.withValue(index) { value throws(DecodeFailure) in
                guard let value = unsafe value else { return nil }
                return try unsafe ByteReader.read(value) { reader throws(DecodeFailure) in try Tick(from: &reader, version: 1) }
            }
        }

        func key(of tick: Tick) -> [UInt8]? { tick.key.keyBytes }

        func encode(_ tick: Tick, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
            batch.append(key: key, time: time) { tick.store(into: &$0) }
        }
    }

    private struct Counting: KeyedProcess {
        let counts: ValueState<Int, Int>
        let isSilent: Bool

        mutating func process(_ tick: Tick, of key: Int, at time: EventTime, into out: inout Output<Tick>) throws(StageFailure) {
            let count = try counts.update(key) { slot throws(StageFailure) in
                slot.value = (slot.value ?? 0) + 1
                return slot.value ?? 0
            }
            if !isSilent { out.emit(Tick(key: key, number: count, made: tick.made), at: time) }
        }
    }

    private let isSilent: Bool

    init(settings: inout SettingsReader) throws(SettingsFailure) {
        isSilent = settings.flag("silent", default: false)
        try settings.finish()
    }

    func declare(in flow: Flow) {
        let isSilent = isSilent
        flow.from(Self.inlet, decoding: { Codec() })
            .keyed("count", by: "key") { $0.key }
            .processed("counted") { Counting(counts: $0.state.value("counts"), isSilent: isSilent) }
            .into(Self.outlet, encoding: { Codec() })
    }

    static func deployment(parallelism: Int, partitions: Int, isSilent: Bool) throws -> JobDeployment {
        var reader = SettingsReader(texts: ["silent": "\(isSilent)"])
        let bindings = JobBindings(
            inlets: ["ticks": .init(.init("bench.ticks", partitions: partitions, key: "key"))],
            outlets: ["counts": .init("bench.counts", partitions: partitions)], parallelism: parallelism)
        return JobDeployment(job: try KeyCount(settings: &reader), bindings: bindings, fingerprint: "bench")
    }
}
