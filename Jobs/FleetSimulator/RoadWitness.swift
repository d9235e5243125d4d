/// A perfect observer of the true way of one truck: when it leaves its corridor, when that is worth telling, when it is back, when it has
/// arrived. Instants are the truck's own seconds, lengths metres.
struct RoadWitness: Sendable {
    private let settings: SimulationSettings
    private var episode: Episode?
    private var hasArrived = false

    /// One time outside the corridor.
    struct Episode: Sendable {
        let since: Int
        fileprivate let odometer: Double
        fileprivate(set) var most: Double
        fileprivate(set) var isDue = false
    }

    enum Sighting: Sendable {
        case left(Episode)
        /// Long enough and far enough outside that it must be told.
        case due(Episode)
        case back(Episode)
        case arrived
    }

    init(_ settings: SimulationSettings) { self.settings = settings }

    /// A new trip begins.
    mutating func depart() { hasArrived = false }

    /// Whether there is something to say of the truck's present place; asked once a second on the road.
    mutating func isAwake(_ trip: Trip, at clock: Int, odometer: Double) -> Bool {
        let off = abs(trip.strayed)
        if !hasArrived, trip.remaining <= settings.arrivalMeters { return true }
        guard let open = episode else { return off > settings.corridorMeters }
        episode?.most = max(open.most, off)
        return off <= RoadWitness.back * settings.corridorMeters || isDue(open, clock, odometer)
    }

    /// What there is to say of it.
    mutating func look(_ trip: Trip, at clock: Int, odometer: Double) -> [Sighting] {
        var seen: [Sighting] = []
        let off = abs(trip.strayed)
        if var open = episode {
            open.most = max(open.most, off)
            if isDue(open, clock, odometer) {
                open.isDue = true
                seen.append(.due(open))
            }
            episode = open
            if off <= RoadWitness.back * settings.corridorMeters {
                seen.append(.back(open))
                episode = nil
            }
        } else if off > settings.corridorMeters {
            let open = Episode(since: clock, odometer: odometer, most: off)
            seen.append(.left(open))
            episode = open
        }
        if !hasArrived, trip.remaining <= settings.arrivalMeters {
            hasArrived = true
            seen.append(.arrived)
        }
        return seen
    }

    private func isDue(_ open: Episode, _ clock: Int, _ odometer: Double) -> Bool {
        !open.isDue && clock - open.since >= RoadWitness.dueSeconds && odometer - open.odometer >= RoadWitness.dueMeters
    }

    /// The share of the corridor within which a truck is back.
    private static let back = 0.6
    /// What it takes outside of it to be told of.
    private static let dueSeconds = 60
    private static let dueMeters = 500.0
}
