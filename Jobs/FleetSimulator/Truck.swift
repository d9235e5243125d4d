internal import Geodesy
internal import StreamCore

/// One truck and its driver: loads to carry, hours to keep, a box that reports. It works through an agenda, a task after the other.
///
/// ORDER: `step` first says what is true at its present instant and only then drives on to the next one, so nothing is published before
/// it happens.
struct Truck: Sendable {
    let member: FleetMember
    let settings: SimulationSettings
    var random: SeededGenerator
    /// What is drawn for docks and workshops has a stream of its own, so that it changes nothing on the road.
    private var docks: SeededGenerator
    var receiver: GPSReceiver
    var duty: DutyCycle
    var load: Load?
    var trip: Trip?
    var gauges = Gauges()
    var dutyEvent: String?
    var city: City
    var dock: GeoPoint
    var route: Route?
    private let base: EventTime
    private var clock = 0
    private var agenda: [Errand] = []
    private var activity = Activity.standing(until: 0)
    private var nextFix = 0
    private var margin = 0
    private var witness: RoadWitness
    var dockWitness = DockWitness()
    /// The odometer at which it is to be serviced, in miles to the next lower whole one.
    let serviceDue: Double
    private var isServiceDue = false

    /// A task of the agenda; lengths are seconds.
    enum Errand: Sendable {
        case enter(DutyStatus, Int)
        case announce(Load.Step)
        /// Rests first, where the hours would not do for the next load.
        case beReady
        case drive
    }

    private enum Activity: Sendable {
        case standing(until: Int)
        case driving
    }

    init(member: FleetMember, settings: SimulationSettings, random: SeededGenerator) {
        self.member = member
        self.settings = settings
        self.random = random
        docks = SeededGenerator(seed: settings.seed, stream: xxh3(Array(member.vehicleID.utf8)))
        receiver = GPSReceiver(settings: settings, using: &self.random)
        base = settings.start.advanced(seconds: self.random.number(in: 2...30))
        witness = RoadWitness(settings)
        duty = DutyCycle(restingSince: -DutyCycle.restart)
        city = self.random.pick(City.all)
        dock = Load.facility(in: city, using: &self.random)
        gauges = Gauges(odometerMeters: self.random.number(in: 1e7...8e8), fuelGallons: self.random.number(in: 80...240))
        serviceDue = (gauges.odometerMeters / Earth.metersPerMile + docks.number(in: settings.serviceMiles)).rounded(.down)
        agenda = [.announce(.created)]
    }

    /// The instant of its next step.
    var next: EventTime { instant(clock) }

    /// Where it is.
    var position: GeoPoint { trip?.position ?? dock }

    /// Says what is true now and lives on until something happens that must be said.
    mutating func step(into outbox: inout Outbox) {
        if clock == 0, dutyEvent == nil { begin(into: &outbox) }
        watchTheWay(into: &outbox)
        watchTheClock(into: &outbox)
        watchTheOdometer(into: &outbox)
        takeStock(into: &outbox)
        if clock >= nextFix {
            report(at: next, moving: trip != nil && duty.status == .driving, into: &outbox)
            nextFix = clock + (duty.status == .driving ? receiver.interval : GPSReceiver.parkedInterval)
        }
        liveOn()
    }

    private func instant(_ clock: Int) -> EventTime { base.advanced(microseconds: Int64(clock) * 1_000_000) }

    private mutating func begin(into outbox: inout Outbox) {
        outbox.witness(skewLine(at: next))
        publishDuty(.offDuty, replacing: nil, at: instant(duty.since), arrival: next, into: &outbox)
        if settings.voice == .events { outbox.publish(snapshot(at: next)) }
    }

    /// Ends what is over and takes up the next tasks until one takes time.
    private mutating func takeStock(into outbox: inout Outbox) {
        switch activity {
        case .standing(let until): guard clock >= until else { return }
        case .driving:
            guard let trip else { return }
            if trip.isOver {
                arriveAtTheDock(at: next, into: &outbox)
                endTrip()
            } else {
                guard trip.isParked, wish != .drive else { return }
                agenda = DriverHabits.stop(for: duty.need(for: margin, at: clock), using: &random) + [.drive] + agenda
            }
        }
        while true {
            if agenda.isEmpty { agenda = [.announce(.created)] }
            if take(agenda.removeFirst(), into: &outbox) { return }
        }
    }

    private mutating func take(_ errand: Errand, into outbox: inout Outbox) -> Bool {
        switch errand {
        case .announce(let step):
            announce(step, into: &outbox)
            return false
        case .enter(let status, let seconds):
            change(to: status, into: &outbox)
            activity = .standing(until: clock + seconds)
            return true
        case .beReady:
            agenda = DriverHabits.stop(for: duty.need(for: Truck.readiness, at: clock), using: &random) + agenda
            return false
        case .drive:
            margin = DriverHabits.margin(tired: settings.tiredShare, using: &random)
            let need = duty.need(for: max(margin, 300) + 1_200, at: clock)
            guard need == .nothing else {
                agenda = DriverHabits.stop(for: need, using: &random) + [.drive] + agenda
                return false
            }
            if trip?.travelled == 0 { leaveTheDock(at: next, into: &outbox) }
            change(to: .driving, into: &outbox)
            nextFix = min(nextFix, clock + receiver.interval)
            activity = .driving
            return true
        }
    }

    /// Hours that a driver has left who takes on a load, in seconds.
    private static let readiness = 5 * 3_600

    private mutating func announce(_ step: Load.Step, into outbox: inout Outbox) {
        if step == .created {
            let isFirst = load == nil
            let number = settings.voice == .events ? outbox.nextLoadNumber(at: next) : nil
            load = Load(number: number, from: city, at: dock, now: next, settings: settings, using: &random)
            let detention = DriverHabits.detention(settings.detainedShare, using: &docks)
            let isCancelled = !isFirst && random.chance(settings.cancelShare)
            agenda =
                isCancelled
                ? DriverHabits.cancelled(using: &random)
                : DriverHabits.haul(hurried: isFirst, detention: detention, using: &random)
        }
        come(to: step, at: next, into: &outbox)
        guard step == .inTransit, let load else { return }
        let departing = Trip(from: load.pickup, to: load.delivery, settings: settings, using: &random)
        for area in departing.restAreas { outbox.publish(area.record(at: next)) }
        trip = departing
        witness.depart()
        poach(into: &outbox)
    }

    /// What the driver would like, hours being what they are.
    private var wish: Trip.Wish {
        if duty.need(for: margin, at: clock) == .nothing { return .drive }
        return duty.need(for: margin - Truck.patience, at: clock) == .nothing ? .stop : .stopNow
    }

    /// For how many seconds a driver who wants to stop looks for a rest area.
    private static let patience = 1_380

    private mutating func endTrip() {
        guard let load else { return }
        city = load.destination
        dock = load.delivery
        trip = nil
    }

    private mutating func change(to status: DutyStatus, into outbox: inout Outbox) {
        guard status != duty.status else { return }
        let old = duty.status
        for excess in duty.excesses(at: clock) { outbox.witness(excessLine(excess, at: instant(excess.at), endedAt: next)) }
        duty.enter(status, at: clock)
        if status.isRest { gauges.refuel(using: &random) }
        publishDuty(status, replacing: old, at: next, arrival: nil, into: &outbox)
    }

    /// The limits that the driver has passed on the drive that still goes on at an instant.
    func excesses(at now: EventTime) -> [TruthLine] {
        duty.excesses(at: clock).filter { instant($0.at) < now }.map { excessLine($0, at: instant($0.at), endedAt: nil) }
    }

    /// What a perfect observer of the true way sees.
    private mutating func watchTheWay(into outbox: inout Outbox) {
        guard let trip, let load else { return }
        for sighting in witness.look(trip, at: clock, odometer: gauges.odometerMeters) {
            outbox.witness(line(of: sighting, load, at: next) { instant($0) })
        }
    }

    /// A truck that has gone so far is to be serviced; nobody does.
    private mutating func watchTheOdometer(into outbox: inout Outbox) {
        // As its box rounds it.
        let miles = (gauges.odometerMeters / Earth.metersPerMile * 10).rounded() / 10
        guard !isServiceDue, clock >= nextFix, miles >= serviceDue else { return }
        isServiceDue = true
        outbox.witness(serviceLine(at: next))
    }

    /// A load that is on its way and past its time is late.
    private mutating func watchTheClock(into outbox: inout Outbox) {
        guard let load, isLate(load, at: next) else { return }
        come(to: .delayed, at: load.deliveryDue, into: &outbox)
    }

    /// Lets time pass, a second at a time on the road, up to the next instant at which something is to be said.
    private mutating func liveOn() {
        guard case .driving = activity, var moving = trip else {
            if case .standing(let until) = activity { clock = max(clock + 1, min(until, max(nextFix, clock + 1))) }
            return
        }
        trip = nil
        repeat {
            gauges.turn(moving.tick(wish))
            clock += 1
            let isSeen = witness.isAwake(moving, at: clock, odometer: gauges.odometerMeters)
            if isSeen || moving.isOver || moving.isParked { break }
        } while clock < nextFix
        trip = moving
    }
}
