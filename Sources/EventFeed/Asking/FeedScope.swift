/// What of all events somebody may see at all.
public enum FeedScope: Hashable, Sendable {
    /// All of them.
    case everything
    /// Those that name that carrier as theirs, or are about it.
    case carrier(String)
    /// Those that name that driver, or are about it.
    case driver(String)

    func holds(_ event: FeedEvent) -> Bool {
        switch self {
        case .everything: true
        case .carrier(let id): event.carrierID == id || event.entityID == id
        case .driver(let id): event.driverID == id || event.entityID == id
        }
    }
}
