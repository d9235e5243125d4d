internal import Freight
internal import StreamCore
internal import Synchronization
internal import Wire

/// API keys and webhooks as they are now: few, listed by their age, and shown without what is secret.
final class Register: Sendable {
    struct Entry: Sendable {
        let version: Int
        /// The carrier whose it is, where it is one's.
        let owner: String?
        let text: [UInt8]

        /// The entry of a snapshot's text; nil where it is none.
        init?(_ text: [UInt8]) {
            guard let json = try? JSON(parsing: text), let members = json.members, let version = json["version"]?.integer else {
                return nil
            }
            self.version = Int(version)
            owner = json["carrier_id"]?.string
            self.text = Entry.shown(members)
        }

        /// The members that answers have: a webhook's secret is written and never read, and the digests in the topic of keys are for those
        /// who check keys.
        static func shown(_ members: [JSON.Member]) -> [UInt8] {
            let told = members.filter { $0.name != "secret" }
            return JSON.object(told.map { $0.name == "digest" ? JSON.Member("digest", Sealed("").json) : $0 }).compact
        }
    }

    private let entries = Mutex<[EntityType: [EntityID: Entry]]>([:])

    func put(_ entry: Entry?, _ type: EntityType, _ id: EntityID) { entries.withLock { $0[type, default: [:]][id] = entry } }

    /// The entry of that id that somebody limited to `carrier` sees.
    func entry(_ type: EntityType, _ id: EntityID, seenBy carrier: String? = nil) -> Entry? {
        guard let entry = entries.withLock({ $0[type]?[id] }), carrier == nil || entry.owner == carrier else { return nil }
        return entry
    }

    /// A page of those that somebody limited to `carrier` sees, the oldest first, and how many there are.
    func page(_ type: EntityType, seenBy carrier: String?, limit: Int, offset: Int) -> (items: [[UInt8]], total: Int) {
        let all = entries.withLock { $0[type] ?? [:] }.filter { carrier == nil || $0.value.owner == carrier }.sorted { $0.key < $1.key }
        return (all.dropFirst(offset).prefix(limit).map(\.value.text), all.count)
    }
}
