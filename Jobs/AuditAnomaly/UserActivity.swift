internal import Freight
internal import StreamCore

/// One user's records within the window, oldest first, and the last alert. Nearly always one record, so the first needs no array.
struct UserActivity: Storable {
    /// A record of the user's.
    struct Entry: Hashable {
        let time: EventTime
        let id: EntityID
    }

    private var first: Entry?
    private var rest: [Entry] = []
    /// When the last alert was raised, `distantPast` for never.
    var lastAlert = EventTime.distantPast

    init() {}

    var count: Int { (first == nil ? 0 : 1) + rest.count }

    var ids: [EntityID] { (first.map { [$0.id] } ?? []) + rest.map(\.id) }

    func contains(_ id: EntityID) -> Bool { first?.id == id || rest.contains { $0.id == id } }

    mutating func append(_ entry: Entry) {
        if first == nil { first = entry } else { rest.append(entry) }
    }

    /// Forgets records at or before `limit`.
    mutating func forget(through limit: EventTime) {
        guard let oldest = first, oldest.time <= limit else { return }
        rest.removeAll { $0.time <= limit }
        first = rest.isEmpty ? nil : rest.removeFirst()
    }

    func store(into writer: inout ByteWriter) {
        writer.word(lastAlert.microseconds)
        writer.varint(UInt64(count))
        for entry in [first].compactMap({ $0 }) + rest {
            writer.word(entry.time.microseconds)
            entry.id.store(into: &writer)
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        lastAlert = EventTime(microseconds: try reader.word())
        for _ in 0..<(try reader.count(ofAtLeast: 9)) {
            append(Entry(time: EventTime(microseconds: try reader.word()), id: try EntityID(from: &reader, version: 1)))
        }
    }

    var json: JSON {
        .object([
            "records": .array(([first].compactMap { $0 } + rest).map { .object(["id": $0.id.json, "at": $0.time.json]) }),
            "last_alert": lastAlert == .distantPast ? .null : lastAlert.json,
        ])
    }
}
