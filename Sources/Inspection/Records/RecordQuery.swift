internal import EventLog
internal import HTTPServer
internal import StreamCore

/// Which records of a topic a caller wants, and for how long.
struct RecordQuery: Sendable {
    /// Where each partition begins.
    let start: StartPosition
    /// The partitions read; `nil`: all.
    let partition: Partition?
    /// Only records of this key.
    let key: [UInt8]?
    /// Stops after so many.
    let limit: Int?
    /// Waits for more at the end.
    let follows: Bool

    init(_ query: HTTPQuery) throws(Refusal) {
        start = try RecordQuery.start(query["from"] ?? "earliest")
        partition = try query["partition"].map { text throws(Refusal) in
            guard let number = Int(text), number >= 0, number < Int(Int32.max) else {
                throw .parameter("partition", "expected a number, found \(text)")
            }
            return Partition(number)
        }
        key = query["key"].map { Array($0.utf8) }
        limit = try wholeNumber(query, "limit", in: 0...Int.max)
        follows = try flag(query, "follow")
    }

    private static func start(_ text: String) throws(Refusal) -> StartPosition {
        switch text {
        case "earliest": return .earliest
        case "latest": return .latest
        default:
            if let number = Int64(text), number >= 0 { return .offset(Offset(number)) }
            if let time = EventTime(rfc3339: text) { return .time(time) }
            throw .parameter("from", "expected earliest, latest, an offset or an instant such as 2026-03-02T06:00:00Z, found \(text)")
        }
    }

    /// Where a partition begins. An offset beyond what is retained means its nearer end: partitions differ in length.
    func offset(in partition: TopicPartition, _ bounds: PartitionBounds, _ log: any EventLog) throws(LogFailure) -> Offset {
        if case .offset(let wanted) = start { return min(max(wanted, bounds.start), bounds.committed) }
        return try log.resolve(start, in: partition)
    }
}

/// A whole number within a range, `nil` where none is given.
func wholeNumber(_ query: HTTPQuery, _ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let text = query[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
        let top = range.upperBound == .max ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        throw .parameter(name, "expected a whole number \(top), found \(text)")
    }
    return number
}

/// `true` or `false`; a name alone means true.
func flag(_ query: HTTPQuery, _ name: String) throws(Refusal) -> Bool {
    switch query[name] {
    case nil, "false": return false
    case "", "true": return true
    case .some(let text): throw .parameter(name, "expected true or false, found \(text)")
    }
}
