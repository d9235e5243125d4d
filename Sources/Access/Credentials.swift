public import StreamCore

/// What a request brings to say who it is from.
public struct Credentials: Hashable, Sendable {
    /// An API key or a bearer token; `nil` for neither.
    public var token: Secret?
    /// The user that it names without proof.
    public var userID: String?

    /// Credentials of those parts.
    public init(token: Secret? = nil, userID: String? = nil) {
        self.token = token
        self.userID = userID
    }

    /// Those of a request's header fields: `Authorization: Bearer …`, else `X-API-Key`, and `X-User-Id`.
    public init(header: (String) -> String?) {
        var token: String?
        if let given = header("Authorization") {
            let parts = given.split(separator: " ", maxSplits: 1)
            // Another scheme is something that is not known here: refused, not passed over.
            token = parts.count == 2 && parts[0].lowercased() == "bearer" ? parts[1].trimmed : ""
        } else {
            token = header("X-API-Key")
        }
        self.init(token: token.map { Secret($0) }, userID: header("X-User-Id").flatMap { $0.isEmpty ? nil : $0 })
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let tail = drop { $0 == " " }
        return String(tail.reversed().drop { $0 == " " }.reversed())
    }
}
