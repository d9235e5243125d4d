internal import Freight
internal import StreamCore

/// Load numbers of one day that a task may give without asking anyone.
struct NumberBlock: Storable, Hashable {
    /// The counts that are left, in order.
    private(set) var left: [Range<Int>] = []
    /// Whether more have been asked for.
    var isAsking = false

    /// The loads that wait for more.
    var waiting: [EntityID] = []

    /// How many are left.
    var count: Int { left.reduce(0) { $0 + $1.count } }

    init() {}

    /// Takes the next one; nil when there is none.
    mutating func next() -> Int? {
        guard let first = left.first else { return nil }
        if first.count == 1 { left.removeFirst() } else { left[0] = first.lowerBound + 1..<first.upperBound }
        return first.lowerBound
    }

    /// Adds a block, without those that somebody claimed.
    mutating func add(_ block: Range<Int>, without claimed: [Int]) {
        var start = block.lowerBound
        for count in claimed.sorted() where block.contains(count) {
            if start < count { left.append(start..<count) }
            start = count + 1
        }
        if start < block.upperBound { left.append(start..<block.upperBound) }
    }

    func store(into writer: inout ByteWriter) {
        writer.byte(isAsking ? 1 : 0)
        waiting.store(into: &writer)
        writer.varint(UInt64(left.count))
        for range in left {
            writer.varint(UInt64(range.lowerBound))
            writer.varint(UInt64(range.count))
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        isAsking = try reader.byte() != 0
        waiting = try [EntityID](from: &reader, version: version)
        for _ in 0..<(try reader.count(ofAtLeast: 2)) {
            let (first, count) = (Int(truncatingIfNeeded: try reader.varint()), Int(truncatingIfNeeded: try reader.varint()))
            guard count > 0, first >= 0, first <= .max - count else { throw DecodeFailure("a block of \(count) numbers from \(first)") }
            left.append(first..<first + count)
        }
    }

    var json: JSON {
        .object([
            "left": .array(left.map { .string("\($0.lowerBound)-\($0.upperBound - 1)") }), "asking": .bool(isAsking),
            "waiting": waiting.json,
        ])
    }
}
