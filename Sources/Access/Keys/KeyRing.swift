public import StreamCore
internal import Tokens

/// The API keys there are: a copy of the compacted topic, followed by whoever checks keys.
public struct KeyRing: Sendable {
    private var keys: [String: KnownKey] = [:]
    private var ids: [String: Set<String>] = [:]

    /// A ring without keys.
    public init() {}

    /// How many keys there are.
    public var count: Int { keys.count }

    /// Takes what the topic says of the key of that id: how it is now, or `nil` that it is revoked.
    public mutating func set(_ key: KnownKey?, id: String) {
        if let old = keys[id] { ids[old.prefix]?.remove(id) }
        keys[id] = key
        if let key { ids[key.prefix, default: []].insert(id) }
    }

    /// Who holds the key of that text now, and until when; `nil` for nobody. Digests are compared in a time that does not tell how much of
    /// one was right.
    public func principal(_ text: APIKeyText, now: EventTime) -> (principal: Principal, until: EventTime)? {
        let digest = Array(text.digest.utf8)
        let found = (ids[text.prefix] ?? []).lazy.compactMap { keys[$0] }.first { isSameSecret($0.digest, digest) }
        guard let found, found.expiresAt.map({ now < $0 }) ?? true else { return nil }
        return (found.principal, found.expiresAt ?? .distantFuture)
    }
}
