@testable internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing

/// A value whose first form had no unit.
private struct Weight: Storable, Equatable {
    static let storedVersion: UInt8 = 2
    var amount: Int
    var unit: String
    init(amount: Int, unit: String) { (self.amount, self.unit) = (amount, unit) }
    func store(into writer: inout ByteWriter) {
        amount.store(into: &writer)
        unit.store(into: &writer)
    }
    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        amount = try Int(from: &reader, version: version)
        unit = version == 1 ? "kg" : try String(from: &reader, version: version)
    }
    var json: JSON { .string("\(amount) \(unit)") }
}

@Suite struct CodecTests {
    private func store(holding version: UInt8) throws -> MemoryStore {
        let store = MemoryStore()
        var writer = ByteWriter()
        writer.byte(version)
        writer.signed(0)
        Int(40).store(into: &writer)
        var rows = RowWrites()
        let key = RowForm.prefix("weights") + "a".keyBytes
        unsafe key.withUnsafeBytes { key in unsafe writer.bytes.withUnsafeBytes { unsafe rows.set(key, to: $0) } }
        try store.write(rows, changelogPosition: Offset(1))
        return store
    }

    @Test func `a value of an older version is migrated when it is read`() throws {
        let weights = StateScope(store: try store(holding: 1))
        let state = weights.value("weights", by: String.self, of: Weight.self)
        #expect(try state.value(for: "a") == Weight(amount: 40, unit: "kg"))
        #expect(try weights.row("a", of: "weights")?.value == .string("40 kg"))
    }

    @Test(arguments: [0, 3, 200] as [UInt8]) func `a version that this program does not know is refused by name`(version: UInt8) throws {
        let scope = StateScope(store: try store(holding: version))
        let state = scope.value("weights", by: String.self, of: Weight.self)
        let failure = #expect(throws: StageFailure.self) { try state.value(for: "a") }
        #expect(failure?.reason.contains("weights") == true)
        #expect(failure?.reason.contains("version \(version)") == true)
        #expect(failure?.remedy == .stop)
    }

    @Test func `an unknown state is answered with the one that was meant`() throws {
        let scope = StateScope(store: MemoryStore())
        _ = scope.value("weights", by: String.self, of: Int.self)
        let failure = #expect(throws: StageFailure.self) { try scope.row("a", of: "weigths") }
        #expect(failure?.reason.contains("did you mean weights?") == true)
    }

    static func marker(_ seed: UInt64) -> Marker {
        var random = SeededGenerator(seed: seed)
        var marker = Marker(
            epoch: Epoch(Int64.random(in: 0...Int64.max, using: &random)), generation: Generation(3),
            watermark: EventTime(microseconds: Int64.random(in: Int64.min...Int64.max, using: &random)), positions: [:],
            outputs: Int.random(in: 0...Int.max, using: &random), changes: 7, hash: random.next(), at: EventTime(microseconds: 11))
        for index in 0..<Int.random(in: 0...4, using: &random) {
            var position = Marker.Position(resume: Offset(5), readTo: Offset(9), newest: .distantPast)
            for writer in 0..<Int32.random(in: 0...3, using: &random) { position.writers[writer] = .distantFuture }
            marker.positions[TopicPartition("topic.\(index)", Partition(index))] = position
        }
        return marker
    }

    @Test(arguments: 0..<20) func `a marker reads back as it was`(seed: UInt64) throws {
        #expect(try Marker(Self.marker(seed).bytes) == Self.marker(seed))
    }

    @Test(arguments: 0..<6) func `a damaged marker is refused or is another, never a crash`(seed: UInt64) {
        let bytes = Self.marker(seed).bytes
        for length in 0..<bytes.count { #expect(throws: DecodeFailure.self) { try Marker(Array(bytes.prefix(length))) } }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0xff
            _ = try? Marker(changed)
        }
    }
}
