public import StreamCore
internal import Wire

/// A subscription to events, delivered by HTTP to a URL.
public struct Webhook: Entity {
    public let id: EntityID
    /// Where deliveries are posted.
    public var url = ""
    /// Which events; none named: all of them.
    public var eventTypes: [EventType] = []
    /// What deliveries are signed with: `whsec_` and base64.
    public var secret = Sealed("")
    /// What it is for, in words.
    public var text: String?
    /// Whether deliveries are made.
    public var isEnabled = true
    /// The carrier whose events alone it gets.
    public var carrierID: EntityID?
    /// How it has gone so far.
    public var deliveries = Document.empty
    public var createdAt = EventTime.distantPast
    public var updatedAt = EventTime.distantPast
    public var version = 0

    public static let type = EntityType.webhook
    public static func blank(_ id: EntityID) -> Webhook { Webhook(id: id) }
    public var owner: EntityID? { carrierID }
    public var contradictions: [FieldProblem] { [] }

    public static let fields: [Field<Webhook>] = [
        .plain(1, "url", \.url, as: .text(.url)),
        .plain(2, "event_types", \.eventTypes, .optional),
        .plain(3, "secret", \.secret, as: .text(.signingSecret)),
        .maybe(4, "description", \.text),
        .plain(5, "enabled", \.isEnabled, .optional),
        .maybe(6, "carrier_id", \.carrierID, as: .uuid),
        .plain(7, "deliveries", \.deliveries, .derived),
        .plain(8, "created_at", \.createdAt, .derived),
        .plain(9, "updated_at", \.updatedAt, .derived),
        .plain(10, "version", \.version, .derived),
    ]
}

extension EventType: FieldValue {
    public static var shape: Shape { .oneOf(allCases.map(\.rawValue)) }

    public static func read(_ json: JSON) throws(Complaint) -> EventType {
        guard let type = json.string.flatMap({ EventType(rawValue: $0.uppercased()) }) else {
            throw Complaint("must be a type of event, such as LOAD_CREATED")
        }
        return type
    }

    public func store(into writer: inout ByteWriter) { writer.text(rawValue) }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        let name = try reader.text()
        guard let type = EventType(rawValue: name) else { throw DecodeFailure("\(name) is no type of event") }
        self = type
    }

    public var json: JSON { .string(rawValue) }
}
