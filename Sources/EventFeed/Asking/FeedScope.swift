/// What of all events somebody may see at all.
public enum FeedScope: Hashable, Sendable {
    /// All of them.
    case everything
    /// Those that name that carrier as theirs, or are about it.
    case carrier(String)
    /// Those that name that driver, or are about it; of one carrier's driver only those that are that carrier's, so that who may make keys of
    /// a carrier cannot make one for another's driver.
    case driver(String, of: String? = nil)

    func holds(_ event: FeedEvent) -> Bool {
        switch self {
        case .everything: true
        case .carrier(let id): event.carrierID == id || event.entityID == id
        case .driver(let id, let carrier):
            (event.driverID == id || event.entityID == id) && (carrier == nil || event.carrierID == carrier)
        }
    }
}
