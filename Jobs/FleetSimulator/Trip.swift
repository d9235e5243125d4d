#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif
internal import Geodesy

/// One drive from a pickup to a delivery, a second at a time: where the truck is, how fast, how far off its way.
struct Trip: Sendable {
    let path: GreatCircle
    /// Metres of the way behind the truck.
    private(set) var travelled = 0.0
    /// Metres per second over ground.
    private(set) var speed = 0.0
    private let cruise: Double
    private let congestion: [Congestion]
    private var halts: [Halt]
    private var detours: [Detour]
    /// The rest areas ahead.
    private(set) var restAreas: [RestArea]
    /// The way into a rest area and out of it, while the truck is on it.
    private var ramps: Detour?
    /// Where the truck stops on purpose, once that is settled.
    private var berth: Double?
    private var waiting = 0

    /// How much the driver wants to stop.
    enum Wish: Sendable {
        case drive
        /// At the next rest area.
        case stop
        /// Wherever it is.
        case stopNow
    }

    /// A traffic light, a toll plaza, a queue: the truck stands there for a while and its driver goes on driving.
    private struct Halt: Sendable {
        let at: Double
        let seconds: Int
    }

    /// A stretch of the way on which nobody gets ahead faster.
    private struct Congestion: Sendable {
        let stretch: ClosedRange<Double>
        let speed: Double
    }

    /// Draws a trip: its cruising speed, its halts in the towns at both ends, its congestion, its detours.
    init(from: GeoPoint, to: GeoPoint, settings: SimulationSettings, using random: inout SeededGenerator) {
        path = GreatCircle(from: from, to: to)
        cruise = random.number(in: 26.5...29.5)
        let town = min(Trip.town, path.length / 4)
        halts = []
        for _ in 0..<random.integer(in: 2...6) {
            let off = random.number(in: 200...max(201, town))
            halts.append(Halt(at: random.chance(0.5) ? off : path.length - off, seconds: random.integer(in: 10...90)))
        }
        halts.sort { $0.at < $1.at }
        var congestion: [Congestion] = []
        var at = town + random.exponential(mean: 150_000)
        while at < path.length - town {
            let length = random.number(in: 2_000...15_000)
            congestion.append(Congestion(stretch: at...(at + length), speed: random.number(in: 6...20)))
            at += length + random.exponential(mean: 150_000)
        }
        self.congestion = congestion
        detours = Detour.drawn(along: path.length, settings: settings, using: &random)
        restAreas = RestArea.drawn(along: path, past: detours, settings: settings, using: &random)
    }

    /// Whether the truck stands at the delivery.
    var isOver: Bool { travelled >= path.length }

    /// Metres of the way ahead of the truck.
    var remaining: Double { path.length - travelled }

    /// Whether the truck has stopped where its driver wanted to.
    var isParked: Bool { berth == travelled && speed == 0 }

    /// Metres to the left of the way, negative to its right; but for the ramps of rest areas, which are no leaving of it.
    var strayed: Double { detours.first?.aside(at: travelled) ?? 0 }

    /// Metres to the left of the way, negative to its right.
    var aside: Double { strayed + (ramps?.aside(at: travelled) ?? 0) }

    private var slope: Double { (detours.first?.slope(at: travelled) ?? 0) + (ramps?.slope(at: travelled) ?? 0) }

    /// Where the truck is.
    var position: GeoPoint { path.point(travelled: travelled, aside: aside) }

    /// Its course, in degrees from north.
    var heading: Double { path.heading(travelled: travelled, slope: slope) }

    /// Drives on for one second and says how many metres the wheels turned.
    mutating func tick(_ wish: Wish) -> Double {
        choose(wish)
        if waiting > 0 {
            waiting -= 1
            return 0
        }
        var ahead = remaining
        if let halt = halts.first { ahead = min(ahead, halt.at - travelled) }
        if let berth { ahead = min(ahead, berth - travelled) }
        var target = cruise
        if travelled < Trip.town || remaining < Trip.town { target = Trip.townSpeed }
        if let jam = congestion.first(where: { $0.stretch.contains(travelled) }) { target = min(target, jam.speed) }
        if let detour = detours.first, detour.contains(travelled) { target = min(target, Trip.detourSpeed) }
        if ramps?.contains(travelled) ?? false { target = min(target, Trip.townSpeed) }
        target = min(target, (2 * Trip.braking * max(0, ahead)).squareRoot())
        if wish == .stopNow, berth == nil { target = 0 }
        speed = target > speed ? min(target, speed + Trip.acceleration) : max(target, speed - 2 * Trip.braking)
        let slope = slope
        let progress = min(ahead, speed / (1 + slope * slope).squareRoot())
        travelled += max(0, progress)
        settle()
        return speed
    }

    /// Where the truck will stop, if its driver wants to; forgotten once the driver goes on.
    private mutating func choose(_ wish: Wish) {
        while let area = restAreas.first, area.exit <= travelled { restAreas.removeFirst() }
        switch wish {
        case .drive: berth = nil
        case .stop:
            guard berth == nil, ramps == nil, let area = restAreas.first, area.exit - travelled < 200 else { return }
            ramps = area.ramps
            berth = area.along
        case .stopNow: if speed == 0, berth == nil { berth = travelled }
        }
    }

    private mutating func settle() {
        if let berth, abs(berth - travelled) < 1 {
            travelled = berth
            speed = 0
        }
        if let ramps, ramps.end < travelled { self.ramps = nil }
        if let halt = halts.first, halt.at - travelled < 1 {
            halts.removeFirst()
            waiting = halt.seconds
            speed = 0
        }
        if remaining < 1 {
            travelled = path.length
            speed = 0
        }
        if let detour = detours.first, detour.end < travelled { detours.removeFirst() }
    }

    /// Metres from either end in which a truck drives at a town's pace.
    private static let town = 5_000.0
    private static let townSpeed = 12.0
    private static let detourSpeed = 18.0
    /// What a loaded truck gains, and comfortably loses, in a second; metres per second.
    private static let acceleration = 0.4
    private static let braking = 0.8
}
