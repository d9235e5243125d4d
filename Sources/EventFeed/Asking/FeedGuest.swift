/// Somebody who was let in to follow events: what of them they may see, and whether they still may.
public struct FeedGuest: Sendable {
    /// What of all events they may see.
    public let scope: FeedScope
    /// Whether what they showed at the door is still good. Asked once a second for as long as they follow, on any thread; never waits.
    public let stays: @Sendable () -> Bool

    /// A guest of those rights, who stays for as long as they like unless said otherwise.
    public init(_ scope: FeedScope, stays: @escaping @Sendable () -> Bool = { true }) {
        self.scope = scope
        self.stays = stays
    }
}
