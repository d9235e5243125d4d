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
    var receiver: GPSReceiver
    var duty: DutyCycle
    var load: Load?
    var trip: Trip?
    var gauges = Gauges()
    var dutyEvent: String?
    private let base: EventTime
    private var clock = 0
    private var agenda: [Errand] = []
    private var activity = Activity.standing(until: 0)
    private var city: City
    private var dock: GeoPoint
    private var nextFix = 0
    private var margin = 0
    private var witness: RoadWitness
    private var route: Route?

    /// A task of the agenda; lengths are seconds.
    enum Errand: Sendable {
        case enter(DutyStatus, Int)
        case announce(Load.Step)
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
        receiver = GPSReceiver(settings: settings, using: &self.random)
        base = settings.start.advanced(seconds: self.random.number(in: 0...30))
        witness = RoadWitness(settings)
        duty = DutyCycle(restingSince: -DutyCycle.restart)
        city = self.random.pick(City.all)
        dock = Load.facility(in: city, using: &self.random)
        gauges = Gauges(odometerMeters: self.random.number(in: 1e7...8e8), fuelGallons: self.random.number(in: 80...240))
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
    }

    /// Ends what is over and takes up the next tasks until one takes time.
    private mutating func takeStock(into outbox: inout Outbox) {
        switch activity {
        case .standing(let until): guard clock >= until else { return }
        case .driving:
            guard let trip else { return }
            if trip.isOver {
                endTrip()
            } else {
                let need = duty.need(for: margin, at: clock)
                guard trip.speed == 0, need != .nothing else { return }
                agenda = DriverHabits.stop(for: need, using: &random) + [.drive] + agenda
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
        case .drive:
            margin = random.integer(in: 300...2_400)
            let need = duty.need(for: margin + 1_200, at: clock)
            guard need == .nothing else {
                agenda = DriverHabits.stop(for: need, using: &random) + [.drive] + agenda
                return false
            }
            change(to: .driving, into: &outbox)
            nextFix = min(nextFix, clock + receiver.interval)
            activity = .driving
            return true
        }
    }

    private mutating func announce(_ step: Load.Step, into outbox: inout Outbox) {
        if step == .created {
            let isFirst = load == nil
            load = Load(
                number: outbox.nextLoadNumber(at: next), from: city, at: dock, within: settings.legMiles, now: next, using: &random)
            agenda = DriverHabits.haul(hurried: isFirst, using: &random)
        }
        guard var carried = load else { return }
        outbox.publish(carried.event(step, by: member, at: next, using: &random))
        follow(step, of: carried, into: &outbox)
        if step == .inTransit {
            trip = Trip(from: carried.pickup, to: carried.delivery, settings: settings, using: &random)
            witness.depart()
        }
        load = carried
    }

    /// The load's route goes along with it, as its owner would have it.
    private mutating func follow(_ step: Load.Step, of load: Load, into outbox: inout Outbox) {
        if step == .assigned {
            let planned = Route(id: load.routeID, of: load, for: member, now: next)
            outbox.publish(planned.event(id: random.id(at: next), at: next, correlation: load.correlation, causation: load.lastEvent))
            route = planned
        }
        let standing: [Load.Step: Route.Standing] = [.assigned: .planned, .inTransit: .active, .delivered: .completed]
        if let standing = standing[step], let route { outbox.publish(route.snapshot(standing, at: next)) }
    }

    private mutating func endTrip() {
        guard let load else { return }
        city = load.destination
        dock = load.delivery
        trip = nil
    }

    private mutating func change(to status: DutyStatus, into outbox: inout Outbox) {
        guard status != duty.status else { return }
        let old = duty.status
        duty.enter(status, at: clock)
        if status.isRest { gauges.refuel(using: &random) }
        publishDuty(status, replacing: old, at: next, arrival: nil, into: &outbox)
    }

    private mutating func watchTheWay(into outbox: inout Outbox) {
        guard let trip, let load else { return }
        for sighting in witness.look(trip, at: clock, odometer: gauges.odometerMeters) {
            outbox.witness(line(of: sighting, load, at: next) { instant($0) })
        }
    }

    /// Lets time pass, a second at a time on the road, up to the next instant at which something is to be said.
    private mutating func liveOn() {
        guard case .driving = activity, var moving = trip else {
            if case .standing(let until) = activity { clock = max(clock + 1, min(until, max(nextFix, clock + 1))) }
            return
        }
        trip = nil
        repeat {
            let parking = duty.need(for: margin, at: clock) != .nothing
            gauges.turn(moving.tick(parking: parking))
            clock += 1
            let isSeen = witness.isAwake(moving, at: clock, odometer: gauges.odometerMeters)
            if isSeen || moving.isOver || (parking && moving.speed == 0) { break }
        } while clock < nextFix
        trip = moving
    }
}
