import EventFeed
import Geodesy
import StreamCore
import StreamTesting

/// A small catalog and events in it.
let catalog = FeedCatalog(
    [
        FeedCatalog.Topic("loads", partitions: 3, eventTypes: ["LOAD_CREATED", "LOAD_DELIVERED"]),
        FeedCatalog.Topic("vehicles", partitions: 2, eventTypes: ["VEHICLE_MOVED"]),
        FeedCatalog.Topic("alerts", partitions: 1, eventTypes: ["ALERT"]),
    ], entityTypes: ["LOAD", "VEHICLE", "SYSTEM"])

/// An event as a record's value, read back as the feed reads it.
func event(
    _ type: String, of kind: String = "LOAD", _ id: String = "a", topic: Int = 0, partition: Int = 0, offset: Int64 = 0,
    near place: GeoPoint? = nil, carrier: String? = nil
) -> FeedEvent {
    let location = place.map { JSON.object(["latitude": .number($0.latitude), "longitude": .number($0.longitude)]) }
    let text = JSON.object([
        "event_type": .string(type), "entity_type": .string(kind), "entity_id": .string(id),
        "data": .object(["location": location, "carrier_id": carrier.map { .string($0) }]),
    ])
    let padded = text.compact + [UInt8](repeating: 0, count: BatchFormat.padding)
    let found = unsafe padded.withUnsafeBytes {
        unsafe FeedEventReader().event(
            in: UnsafeRawBufferPointer(rebasing: $0[..<text.compact.count]),
            at: FeedPartition(topic: topic, partition: Partition(partition)),
            Offset(offset))
    }
    guard let found else { preconditionFailure("the sample is no event") }
    return found
}

/// Draws events and filters out of few values, so that they meet.
struct Drawing {
    var random: SeededGenerator
    var offsets: [[Int64]] = catalog.topics.map { Array(repeating: 0, count: $0.partitions) }

    mutating func event() -> FeedEvent {
        let topic = Int.random(in: 0..<catalog.topics.count, using: &random)
        let partition = Int.random(in: 0..<catalog.topics[topic].partitions, using: &random)
        // Offsets may have gaps.
        let offset = offsets[topic][partition] + Int64.random(in: 0...2, using: &random)
        offsets[topic][partition] = offset + 1
        return EventFeedTests.event(
            catalog.topics[topic].eventTypes.sorted().randomElement(using: &random) ?? "",
            of: catalog.entityTypes.sorted().randomElement(using: &random) ?? "",
            ["a", "b", "c", "d"].randomElement(using: &random) ?? "", topic: topic, partition: partition, offset: offset,
            near: Bool.random(using: &random) ? place() : nil)
    }

    mutating func filter() -> FeedFilter {
        FeedFilter(
            eventTypes: some(of: ["LOAD_CREATED", "LOAD_DELIVERED", "VEHICLE_MOVED", "ALERT"]),
            entityTypes: some(of: catalog.entityTypes.sorted()),
            entityIDs: some(of: ["a", "b", "c", "d"]), topics: some(of: catalog.topics.map(\.name)),
            near: Int.random(in: 0..<3, using: &random) == 0
                ? GeoCircle(center: place(), radiusMeters: Double.random(in: 1_000...200_000, using: &random)) : nil,
            in: catalog)
    }

    private mutating func place() -> GeoPoint {
        GeoPoint(latitude: Double.random(in: 30...31, using: &random), longitude: Double.random(in: -91 ... -90, using: &random))
    }

    private mutating func some(of values: [String]) -> Set<String> {
        if Int.random(in: 0..<3, using: &random) > 0 { return [] }
        return Set(values.filter { _ in Bool.random(using: &random) })
    }
}
