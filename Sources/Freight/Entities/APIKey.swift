public import StreamCore
internal import Wire

/// A key by which a program or a person is known: who they are and what they may. The key itself is with them alone; here is its digest.
public struct APIKey: Entity {
    public let id: EntityID
    /// What it is for, in words.
    public var name = ""
    /// What its holder may.
    public var role = KeyRole.viewer
    /// Under which name its holder does things; without one that of the key's id.
    public var userID: String?
    /// The carrier whose things alone its holder sees and changes.
    public var carrierID: EntityID?
    /// Which driver its holder is, where the role is that of a driver.
    public var driverID: EntityID?
    /// From when on it is worth nothing.
    public var expiresAt: EventTime?
    /// How its text begins, to recognise it by.
    public var prefix = ""
    /// The SHA-256 digest of its text, in hexadecimal digits.
    public var digest = Sealed("")
    public var createdAt = EventTime.distantPast
    public var updatedAt = EventTime.distantPast
    public var version = 0

    public static let type = EntityType.apiKey
    public static func blank(_ id: EntityID) -> APIKey { APIKey(id: id) }
    public var owner: EntityID? { carrierID }
    public var contradictions: [FieldProblem] {
        role == .driver && driverID == nil ? [FieldProblem("driver_id", "is required for the role DRIVER")] : []
    }

    public static let fields: [Field<APIKey>] = [
        .plain(1, "name", \.name, as: .words),
        .plain(2, "role", \.role),
        .maybe(3, "user_id", \.userID, as: .words),
        .maybe(4, "carrier_id", \.carrierID, as: .uuid),
        .maybe(5, "driver_id", \.driverID, as: .uuid),
        .maybe(6, "expires_at", \.expiresAt),
        .plain(7, "prefix", \.prefix, .derived),
        .plain(8, "digest", \.digest, .derived),
        .plain(9, "created_at", \.createdAt, .derived),
        .plain(10, "updated_at", \.updatedAt, .derived),
        .plain(11, "version", \.version, .derived),
    ]
}

/// What the holder of a key may; `Access` says what each is.
public enum KeyRole: String, WireEnum {
    case viewer = "VIEWER"
    case dispatcher = "DISPATCHER"
    case driver = "DRIVER"
    case admin = "ADMIN"
}
