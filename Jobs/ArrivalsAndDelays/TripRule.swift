internal import Dataflow
internal import Geodesy
internal import HoursOfService
internal import StreamCore

/// What counts as an arrival, as detention, as late. Metres and spans; where the figures come from is docs/arrivals.md.
struct TripRule: Hashable, Sendable {
    /// How close to a stop a vehicle that stays has arrived.
    var arrivalMeters = 2_414.0
    /// How far from it a vehicle has left.
    var departureMeters = 9_656.0
    /// How far a vehicle that stays moves at most,
    var stayMeters = 200.0
    /// and for how long it does at least.
    var stayFor = EventTime.Span(.seconds(300))
    /// How long a stop may take from arrival and appointment on before it is detention.
    var freeTime = EventTime.Span(.seconds(7_200))
    /// A vehicle that has been silent for longer may be anywhere.
    var silence = EventTime.Span(.seconds(900))
    /// How often it is estimated when a load will be there.
    var estimateEvery = EventTime.Span(.seconds(600))
    /// What an estimate must differ by from the last one told: this much,
    var band = EventTime.Span(.seconds(300))
    /// and this share of what is left.
    var bandShare = 0.03
    /// How late a load must be expected to be.
    var lateBy = EventTime.Span(.seconds(600))
    /// What loading takes where the pickup is still ahead.
    var loading = EventTime.Span(.seconds(1_800))
    /// For how long after a delivery the vehicle's departure is waited for.
    var linger = EventTime.Span(.seconds(3 * 86_400))

    /// A fix that is less exact says nothing.
    static let worstAccuracy = 500.0
    /// Faster than this nothing drives, in metres a second, and by so much more a fix may be ahead.
    static let topSpeed = 45.0
    static let reachSlack = 2_000.0
    /// Further from its way a vehicle is not on it.
    static let offTheWay = 5_000.0
    /// Where no route says better, a trip is so much longer than the straight line and driven at 50 mph (contract, section 1).
    static let detour = 1.2
    static let usualPace = 50 * Earth.metersPerMile / 3_600

    /// What a driver of whom nothing is known is held to.
    var terms: DutyTerms

    init(terms: DutyTerms) { self.terms = terms }

    init(settings: inout SettingsReader) throws(SettingsFailure) {
        let zone = settings.text("timezone", default: "America/Chicago")
        guard let calendar = CarrierCalendar(timeZone: zone) else {
            throw SettingsFailure("timezone takes a name of the time zone database such as America/Chicago, not \(zone)")
        }
        self.init(terms: DutyTerms(rules: [.usProperty], cycle: .seventyInEight, calendar: calendar))
        arrivalMeters = Double(settings.integer("arrival-meters", default: 2_414, in: 50...50_000))
        departureMeters = Double(settings.integer("departure-meters", default: 9_656, in: 50...100_000))
        stayMeters = Double(settings.integer("stay-meters", default: 200, in: 10...10_000))
        stayFor = .init(settings.duration("stay-for", default: .seconds(300), atLeast: .seconds(1)))
        freeTime = .init(settings.duration("free-time", default: .seconds(7_200)))
        silence = .init(settings.duration("silence", default: .seconds(900), atLeast: .seconds(1)))
        estimateEvery = .init(settings.duration("estimate-every", default: .seconds(600), atLeast: .seconds(1)))
        band = .init(settings.duration("eta-band", default: .seconds(300), atLeast: .seconds(1)))
        bandShare = Double(settings.integer("eta-band-percent", default: 3, in: 0...100)) / 100
        lateBy = .init(settings.duration("late-by", default: .seconds(600)))
        loading = .init(settings.duration("loading", default: .seconds(1_800)))
        linger = .init(settings.duration("linger", default: .seconds(3 * 86_400)))
    }
}
