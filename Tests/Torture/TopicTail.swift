internal import HTTPClient
internal import StreamCore
internal import Wire

/// A record of any of the ledger's topics: the members it may have.
struct Entry {
    let partition: Int
    let offset: Int64
    let time: EventTime
    let id: Int?
    let account: Int?
    let from: Int?
    let to: Int?
    let amount: Int
    let balance: Int
    let count: Int
    let second: EventTime?

    /// Where it stands in its topic.
    var place: String { "\(partition)@\(offset)" }
}

/// Reads on in a topic, a process after another: each record once.
struct TopicTail {
    let topic: String
    private var next = Array(repeating: Int64(0), count: Deployment.partitions)
    private let parser = JSONParser()
    private static let projection = JSONProjection(
        "offset", "timestamp", "value.id", "value.account", "value.from", "value.to", "value.amount", "value.balance", "value.count",
        "value.second")

    init(_ topic: String) { self.topic = topic }

    /// What has been committed since the last call that did not fail, a partition after another.
    mutating func read(from address: String, _ session: HTTPSession) throws -> [Entry] {
        var entries: [Entry] = []
        var next = next
        for partition in next.indices {
            var request = HTTPClientRequest("GET", "\(address)/ops/topics/\(topic)/records?partition=\(partition)&from=\(next[partition])")
            request.totalTimeout = .seconds(60)
            var text: [UInt8] = []
            let response = try session.stream(request) { bytes in
                text += bytes
                return true
            }
            guard response.status == 200 else {
                throw Trouble("reading \(topic): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
            }
            for line in text.split(separator: 0x0a) {
                let entry = try entry(line, partition)
                guard entry.offset >= next[partition] else {
                    throw Trouble("reading \(topic)/\(partition): offset \(entry.offset) came twice")
                }
                next[partition] = entry.offset + 1
                entries.append(entry)
            }
        }
        self.next = next
        return entries
    }

    /// A record as one line of JSON.
    func entry(_ line: ArraySlice<UInt8>, _ partition: Int) throws(DecodeFailure) -> Entry {
        try unsafe line.withUnsafeBufferPointer { bytes throws(DecodeFailure) -> Entry in
            try unsafe JSONParser.withPadding(UnsafeRawBufferPointer(bytes)) { padded throws(DecodeFailure) -> Entry in
                try unsafe parser.project(TopicTail.projection, padded) { fields throws(DecodeFailure) -> Entry in
                    guard let offset = fields.integer(0), let time = fields.string(1).flatMap({ EventTime(rfc3339: $0) }) else {
                        throw DecodeFailure("a record without its offset or time")
                    }
                    return Entry(
                        partition: partition, offset: offset, time: time, id: Name.number(fields.string(2)),
                        account: Name.number(fields.string(3)), from: Name.number(fields.string(4)), to: Name.number(fields.string(5)),
                        amount: Int(fields.integer(6) ?? 0), balance: Int(fields.integer(7) ?? 0), count: Int(fields.integer(8) ?? 0),
                        second: fields.string(9).flatMap { EventTime(rfc3339: $0) })
                }
            }
        }
    }
}

/// What keeps the torturer from going on.
struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
