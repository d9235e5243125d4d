internal import Geodesy
internal import StreamCore

/// The box in a truck: when it measures, how its clock is off, where it has no coverage, and when its fixes get through.
struct GPSReceiver: Sendable {
    /// Seconds between two fixes on the move.
    let interval: Int
    /// How far its clock is ahead of the truth, in milliseconds.
    let skewMilliseconds: Int
    private let settings: SimulationSettings
    private let buffers: Bool
    private var coveredFrom: EventTime

    init(settings: SimulationSettings, using random: inout SeededGenerator) {
        self.settings = settings
        interval = random.integer(in: settings.fixSeconds)
        let bound = Int(settings.clockSkewSeconds * 1_000)
        skewMilliseconds = random.integer(in: -bound...bound)
        buffers = random.chance(settings.bufferingShare)
        coveredFrom = settings.start
    }

    /// Seconds between two fixes of a parked truck.
    static let parkedInterval = 300

    /// What its clock shows.
    func stamp(_ now: EventTime) -> EventTime { EventTime(milliseconds: now.milliseconds + Int64(skewMilliseconds)) }

    /// Where it believes to be, and the bound of its error in metres.
    func measure(_ truth: GeoPoint, using random: inout SeededGenerator) -> (place: GeoPoint, accuracy: Double) {
        let accuracy = random.number(in: settings.accuracyMeters)
        // Rounding down the error and rounding up the bound keeps the published fix within what it says.
        let error = max(0, accuracy - 0.2) * random.unit().squareRoot()
        let north = random.number(in: -1...1)
        let east = (1 - north * north).squareRoot() * (random.chance(0.5) ? 1 : -1)
        return (truth.moved(north: north * error, east: east * error), accuracy)
    }

    /// When a fix taken now is delivered, each time it is; never, where it is lost.
    mutating func deliveries(of now: EventTime, moving: Bool, using random: inout SeededGenerator) -> [EventTime] {
        if now >= coveredFrom, moving, random.chance(settings.coverageGapsPerHour * Double(interval) / 3_600) {
            coveredFrom = now.advanced(seconds: random.number(in: settings.coverageGapSeconds))
        }
        if now < coveredFrom, !buffers { return [] }
        let sent = max(now, coveredFrom)
        let late = random.chance(settings.lateShare)
        let arrival = sent.advanced(seconds: late ? random.number(in: settings.lateSeconds) : random.number(in: 0.05...0.8))
        guard random.chance(settings.duplicateShare) else { return [arrival] }
        return [arrival, arrival.advanced(seconds: random.number(in: 0...5))]
    }
}
