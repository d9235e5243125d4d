internal import Dataflow
internal import StreamCore

/// What counts as a deviation, as an arrival, as a place to stop. Metres and spans; the defaults are for trucks on the highway with a fix
/// every 5 to 60 s.
struct DeviationRule: Hashable, Sendable {
    /// How far from its way a vehicle may be where the fix is good.
    var corridor = 150.0
    /// How many times its own accuracy a fix may be off where that is more.
    var accuracyFactor = 3.0
    /// What it takes to raise: so many fixes off,
    var raiseFixes = 3
    /// for so long,
    var raiseAfter = EventTime.Span(.seconds(60))
    /// and so far driven.
    var raiseMeters = 500.0
    /// The share of the threshold within which a vehicle is back,
    var clearShare = 0.6
    /// and for how many fixes.
    var clearFixes = 2
    /// A longer silence says nothing of where the vehicle drove meanwhile.
    var gap = EventTime.Span(.seconds(600))
    /// How far around a known place nobody deviates.
    var shelterMeters = 500.0
    /// How close to the end of its way a vehicle has arrived.
    var arrivalMeters = 500.0
    /// Faster than this nothing drives, in metres a second: a fix that needs it is wrong, and a way point beyond it is out of reach.
    static let topSpeed = 45.0
    /// Added to what can be reached at that speed.
    static let reachSlack = 500.0

    init() {}

    init(settings: inout SettingsReader) {
        corridor = Double(settings.integer("corridor-meters", default: 150, in: 10...10_000))
        accuracyFactor = Double(settings.integer("accuracy-factor", default: 3, in: 0...10))
        raiseFixes = settings.integer("raise-fixes", default: 3, in: 1...100)
        raiseAfter = .init(settings.duration("raise-after", default: .seconds(60)))
        raiseMeters = Double(settings.integer("raise-meters", default: 500, in: 0...100_000))
        clearShare = Double(settings.integer("clear-percent", default: 60, in: 1...100)) / 100
        clearFixes = settings.integer("clear-fixes", default: 2, in: 1...100)
        gap = .init(settings.duration("gap", default: .seconds(600), atLeast: .seconds(1)))
        shelterMeters = Double(settings.integer("shelter-meters", default: 500, in: 0...10_000))
        arrivalMeters = Double(settings.integer("arrival-meters", default: 500, in: 10...10_000))
    }

    /// How far from its way a vehicle may be by a fix of that accuracy.
    func threshold(_ fix: Fix) -> Double { max(corridor, accuracyFactor * fix.accuracy) }
}
