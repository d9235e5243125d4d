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
        .plain(1, "url", \.url, checked: WebhookCheck.url),
        .plain(2, "event_types", \.eventTypes, .optional),
        .plain(3, "secret", \.secret, checked: WebhookCheck.secret),
        .maybe(4, "description", \.text),
        .plain(5, "enabled", \.isEnabled, .optional),
        .maybe(6, "carrier_id", \.carrierID, checked: Check.uuid),
        .plain(7, "deliveries", \.deliveries, .derived),
        .plain(8, "created_at", \.createdAt, .derived),
        .plain(9, "updated_at", \.updatedAt, .derived),
        .plain(10, "version", \.version, .derived),
    ]
}

/// What a webhook's members must be.
enum WebhookCheck {
    /// An absolute http or https URL, without credentials, which would end up in logs of others.
    static func url(_ text: String) -> String? {
        let issue = "must be a URL such as https://example.com/hooks, without user and password"
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x5c })
        else { return issue }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.isEmpty || authority.contains("@") || authority.hasPrefix(":") ? issue : nil
    }

    /// As Standard Webhooks has it: `whsec_` and 24 to 64 bytes of base64.
    static func secret(_ sealed: Sealed) -> String? {
        let text = sealed.revealed
        let digits = text.dropFirst(6)
        let filled = digits.utf8.prefix { $0 != UInt8(ascii: "=") }
        let isBase64 = filled.allSatisfy {
            switch $0 {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        let isPadded = digits.utf8.count % 4 == 0 && digits.utf8.count - filled.count <= 2
            && digits.utf8.dropFirst(filled.count).allSatisfy { $0 == UInt8(ascii: "=") }
        guard text.hasPrefix("whsec_"), isBase64, isPadded, (24...64).contains(filled.count * 3 / 4) else {
            return "must be whsec_ followed by 24 to 64 bytes in base64"
        }
        return nil
    }
}

extension EventType: FieldValue {
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
