public import StreamCore
internal import Wire

/// An API key as `tms.entities.api_keys` has it: whose it is, and the digest of its text.
public struct KnownKey: Hashable, Sendable {
    let id: String
    let prefix: String
    let digest: [UInt8]
    let expiresAt: EventTime?
    let principal: Principal

    /// The key that a record's value describes; the failure says what is missing.
    public init(parsing value: [UInt8]) throws(DecodeFailure) {
        let json = try JSON(parsing: value)
        guard let id = json["id"]?.string, let prefix = json["prefix"]?.string, let digest = json["digest"]?.string,
            let role = json["role"]?.string.flatMap({ Role(anyCase: $0) })
        else { throw DecodeFailure("an API key without id, prefix, digest and a known role") }
        var expires: EventTime?
        if let text = json["expires_at"]?.string {
            guard let instant = EventTime(rfc3339: text) else { throw DecodeFailure("an API key whose expires_at is no instant") }
            expires = instant
        }
        self.id = id
        self.prefix = prefix
        self.digest = Array(digest.utf8)
        expiresAt = expires
        principal = Principal(
            userID: json["user_id"]?.string ?? "key:\(id)", role: role, carrierID: json["carrier_id"]?.string,
            driverID: json["driver_id"]?.string, evidence: .key(id: id))
    }
}
