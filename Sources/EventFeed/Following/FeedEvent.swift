public import Geodesy
public import StreamCore
internal import Wire

/// An event as the log has it, with what filters ask about.
public struct FeedEvent: Sendable {
    /// The topic and partition it is in.
    public let at: FeedPartition
    /// Its offset there.
    public let offset: Offset
    /// What happened.
    public let eventType: String
    /// What kind of thing it is about.
    public let entityType: String
    /// Which one.
    public let entityID: String
    /// Whose it is; `nil` where it does not say.
    public let carrierID: String?
    /// Which driver it names; `nil` for none.
    public let driverID: String?
    /// Where it happened, or what places it is about; none for most.
    public let places: [GeoPoint]
    /// The whole envelope, as JSON.
    public let envelope: [UInt8]
}

/// Reads events out of records. Keep one for each thread.
public final class FeedEventReader {
    /// Whose a thing of that type and id is, where an event about it does not say; `nil` for nobody's, or where that is not known.
    public typealias Owner = @Sendable (_ entityType: String, _ entityID: String) -> String?

    private let parser = JSONParser()
    private let owner: Owner
    private static let projection = JSONProjection(
        paths: [["event_type"], ["entity_type"], ["entity_id"], ["data", "carrier_id"], ["data", "driver_id"]]
            + places.flatMap { [["data", $0, "latitude"], ["data", $0, "longitude"]] })
    /// The members of an event's data that are places.
    private static let places = ["location", "position", "current_location", "pickup_location", "delivery_location"]

    /// A reader that asks `owner` whose an event is which names no carrier.
    public init(owner: @escaping Owner = { _, _ in nil }) { self.owner = owner }

    /// The event that a record's value is; `nil` for one that is none. At least 64 bytes behind `value` must be readable, as they are behind
    /// the values of a batch.
    public func event(in value: UnsafeRawBufferPointer, at place: FeedPartition, _ offset: Offset) -> FeedEvent? {
        do {
            return try unsafe parser.project(FeedEventReader.projection, value) { fields throws(DecodeFailure) -> FeedEvent? in
                guard let type = fields.string(0), let kind = fields.string(1), let id = fields.string(2) else { return nil }
                var places: [GeoPoint] = []
                for index in FeedEventReader.places.indices {
                    guard let latitude = fields.number(5 + 2 * index), let longitude = fields.number(6 + 2 * index),
                        let point = GeoPoint(checking: latitude, longitude)
                    else { continue }
                    places.append(point)
                }
                return FeedEvent(
                    at: place, offset: offset, eventType: type, entityType: kind, entityID: id,
                    carrierID: fields.string(3) ?? owner(kind, id),
                    driverID: fields.string(4),
                    places: places, envelope: unsafe Array(value))
            }
        } catch {
            return nil
        }
    }
}
