import Freight
import StreamCore
import Testing

struct EntityIDTests {
    private let uuid = "6f1f4c0e-7f0b-4a5e-9b4f-00000000002a"

    @Test func `an id keeps its text`() {
        for text in texts(2_000, seed: 1) { #expect(EntityID(text).description == text) }
    }

    @Test func `ids sort and equal as the bytes of their texts do`() {
        let texts = texts(3_000, seed: 2)
        for (a, b) in zip(texts, texts.dropFirst()) + texts.map({ ($0, String(decoding: Array($0.utf8), as: UTF8.self)) }) {
            let (first, second) = (EntityID(a), EntityID(b))
            #expect((first < second) == a.utf8.lexicographicallyPrecedes(b.utf8), "\(a) \(b)")
            #expect((first == second) == a.utf8.elementsEqual(b.utf8), "\(a) \(b)")
            if first == second { #expect(first.hashValue == second.hashValue) }
        }
    }

    @Test func `texts that look alike and differ in bytes are different ids`() {
        #expect(EntityID("\u{e9}") != EntityID("e\u{301}"))
        #expect(EntityID(uuid) != EntityID(uuid.uppercased()))
    }

    @Test func `a text with one wrong byte is no UUID and is kept as it is`() {
        let good = Array(uuid.utf8)
        for at in good.indices {
            for byte in UInt8(1)..<128 {
                var bytes = good
                bytes[at] = byte
                let id = unsafe bytes.withUnsafeBytes { unsafe EntityID(utf8: $0) }
                #expect(id.utf8 == bytes)
            }
        }
    }

    @Test func `ids survive their binary form`() throws {
        for text in texts(500, seed: 3) {
            var writer = ByteWriter()
            EntityID(text).store(into: &writer)
            let id = try ByteReader.read(writer.bytes) { reader throws(DecodeFailure) in try EntityID(from: &reader, version: 1) }
            #expect(id == EntityID(text))
            #expect(EntityID(text).keyBytes == Array(text.utf8))
            #expect(try ByteReader.read(id.keyBytes) { reader throws(DecodeFailure) in try EntityID(keyFrom: &reader) } == id)
        }
        #expect(throws: DecodeFailure.self) { try ByteReader.read([9]) { reader throws(DecodeFailure) in try EntityID(from: &reader, version: 1) } }
    }

    @Test func `an audit record survives its stored form`() throws {
        for user in [nil, EntityID(uuid), EntityID("u-1")] {
            let record = AuditRecord(id: "17", userID: user, time: EventTime(microseconds: -3))
            var writer = ByteWriter()
            record.store(into: &writer)
            #expect(try ByteReader.read(writer.bytes) { reader throws(DecodeFailure) in try AuditRecord(from: &reader, version: 1) } == record)
        }
    }

    @Test func `a UUIDv7 is made of its time and its entropy alone`() {
        let time = EventTime(milliseconds: 0x0190_1234_5678)
        let id = EntityID.version7(at: time, Entropy(high: 0xffff, low: .max))
        #expect(id.description == "01901234-5678-7fff-bfff-ffffffffffff")
        #expect(EntityID.version7(at: time, Entropy(of: [1, 2])) == EntityID.version7(at: time, Entropy(of: [1, 2])))
        #expect(EntityID.version7(at: time, Entropy(of: [1, 2])) != EntityID.version7(at: time, Entropy(of: [1, 3])))
        #expect(EntityID.version7(at: EventTime(microseconds: -5), Entropy(high: 0, low: 0)).description == "00000000-0000-7000-8000-000000000000")
    }

    /// UUIDs, near-UUIDs and other texts, often with a long common start.
    private func texts(_ count: Int, seed: UInt64) -> [String] {
        var numbers = SeededNumbers(seed)
        let alphabet = Array("0123456789abcdef-gAFé漢\u{301}")
        return (0..<count).map { _ in
            var text = Array(Bool.random(using: &numbers) ? uuid : EntityID.version7(
                at: EventTime(microseconds: .random(in: 0...(.max), using: &numbers)),
                Entropy(high: .random(in: 0...(.max), using: &numbers), low: numbers.next())).description)
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0: text[Int.random(in: 0..<text.count, using: &numbers)] = alphabet.randomElement(using: &numbers) ?? "0"
            case 1: text = Array(text.prefix(Int.random(in: 0...36, using: &numbers)))
            case 2: text[Int.random(in: 24..<36, using: &numbers)] = "f"
            case 3: text = [alphabet.randomElement(using: &numbers) ?? "x"]
            default: break
            }
            return String(text)
        }
    }
}

/// The same numbers at each run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
