internal import StreamCore
internal import StreamTesting
internal import Testing

@Suite struct BytesTests {
    @Test func `integers of every size come back`() throws {
        var random = SeededGenerator(seed: 1)
        let edges: [Int64] = [0, 1, -1, 63, 64, -64, -65, 127, 128, .max, .min, .max - 1, .min + 1]
        let values = edges + (0..<2_000).map { _ in random.next() >> UInt64.random(in: 0...63, using: &random) }.map { Int64(bitPattern: $0) }
        var writer = ByteWriter()
        for value in values {
            writer.signed(value)
            writer.varint(UInt64(bitPattern: value))
            writer.ordered(UInt64(bitPattern: value))
            writer.word(value)
        }
        try ByteReader.read(writer.bytes) { reader throws(DecodeFailure) in
            for value in values {
                let signed = try reader.signed()
                #expect(signed == value)
                let varint = try reader.varint()
                #expect(varint == UInt64(bitPattern: value))
                let ordered = try reader.ordered(UInt64.self)
                #expect(ordered == UInt64(bitPattern: value))
                let word = try reader.word(Int64.self)
                #expect(word == value)
            }
            let isAtEnd = reader.isAtEnd
            #expect(isAtEnd)
        }
    }

    @Test(arguments: [
        [0x80], Array(repeating: 0x80, count: 10) + [1], Array(repeating: 0xff, count: 9) + [2], Array(repeating: 0xff, count: 9) + [0x80, 0],
    ] as [[UInt8]])
    func `a varint that never ends or is too large is refused`(bytes: [UInt8]) {
        #expect(throws: DecodeFailure.self) { try ByteReader.read(bytes) { reader throws(DecodeFailure) in try reader.varint() } }
    }

    @Test func `bytes sort as the numbers they stand for`() {
        let numbers = [Int.min, -70_000, -1, 0, 1, 255, 256, 70_000, Int.max]
        #expect(numbers.map(\.keyBytes).sorted { $0.lexicographicallyPrecedes($1) } == numbers.map(\.keyBytes))
    }

    @Test(arguments: [
        ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829), ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
    ] as [(String, Int32)])
    func `keys are spread as Kafka spreads them`(key: String, hash: Int32) {
        for count in [1, 3, 8, 64, 1_000] {
            let expected = Int(UInt32(bitPattern: hash) & 0x7fff_ffff) % count
            #expect(Partitioner.partition(of: Array(key.utf8), among: count) == Partition(expected))
        }
    }

    @Test func `random bytes never crash a storable's reader`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3_000 {
            let bytes = random.bytes(Int.random(in: 0...40, using: &random))
            _ = try? ByteReader.read(bytes) { reader throws(DecodeFailure) in try [String](from: &reader, version: 1) }
            _ = try? ByteReader.read(bytes) { reader throws(DecodeFailure) in try [String: [Int]](from: &reader, version: 1) }
            _ = try? ByteReader.read(bytes) { reader throws(DecodeFailure) in try Int?(from: &reader, version: 1) }
        }
    }

    @Test func `equal maps have equal bytes`() {
        let pairs = (0..<200).map { ("k\($0)", $0) }
        var (a, b) = (ByteWriter(), ByteWriter())
        Dictionary(uniqueKeysWithValues: pairs).store(into: &a)
        Dictionary(uniqueKeysWithValues: pairs.reversed()).store(into: &b)
        #expect(a.bytes == b.bytes)
    }
}
