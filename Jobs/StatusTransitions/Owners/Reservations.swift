internal import Dataflow
internal import Freight
internal import HoursOfService
internal import KeyedState
internal import StreamCore

/// The other side of an assignment: vehicles and drivers that are kept, confirmed, led along and released, as their load says.
extension Owners {
    /// A load asks a vehicle or a driver to be kept for it.
    func reserve(_ message: Message, into out: inout Out) throws(StageFailure) {
        let id = message.to
        let held = try registry.holds.value(for: id)
        let vehicle = message.toType == .vehicle ? try registry.vehicles.value(for: id) : nil
        let driver = message.toType == .driver ? try registry.drivers.value(for: id) : nil
        let hours = message.toType == .driver ? try hours(of: id) : nil
        let facts: JSON
        do throws(Refusal) {
            if message.toType == .vehicle {
                facts = try AssignmentRules.facts(of: vehicle, id, held: held, for: message.saga)
            } else {
                facts = try AssignmentRules.facts(
                    of: driver, id, held: held, for: message.saga, hours: hours, trip: HoursRule.Trip(message.body), now: message.time)
            }
        } catch {
            return send(message.answer(.refused, .object(["error": error.json])), into: &out)
        }
        if held == nil {
            let partner = EntityID(message.body["partner_id"]?.string ?? "")
            try registry.holds.set(Hold(saga: message.saga, loadID: message.from, partnerID: partner), for: id)
            remind(id, into: &out)
        }
        send(message.answer(.reserved, facts), into: &out)
    }

    /// The driver's duty log and clocks as hours of service last told them; nil for a driver who has logged nothing.
    private func hours(of driver: EntityID) throws(StageFailure) -> DriverHours? {
        guard let row = try registry.hours.value(for: driver) else { return nil }
        do throws(DecodeFailure) {
            return try DriverHours(parsing: row.utf8)
        } catch {
            throw StageFailure("reading the hours of driver \(driver): \(error)", blame: .system)
        }
    }

    /// The load has decided: it holds.
    func confirm(_ message: Message, into out: inout Out) throws(StageFailure) {
        defer { send(message.answer(.done), into: &out) }
        guard var hold = try registry.holds.value(for: message.to), hold.saga == message.saga, !hold.isConfirmed else { return }
        hold.isConfirmed = true
        try registry.holds.set(hold, for: message.to)
        if let vehicle = try registry.vehicles.value(for: message.to) {
            var next = vehicle
            next.status = .assigned
            next.currentLoadID = hold.loadID
            try adapt(next, after: vehicle, in: registry.vehicles, at: message.time, into: &out) {
                [$0.event(.vehicleStatusChanged, on: message.occasion(), from: vehicle.status)]
            }
        } else if let driver = try registry.drivers.value(for: message.to) {
            var next = driver
            next.currentLoadID = hold.loadID
            try adapt(next, after: driver, in: registry.drivers, at: message.time, into: &out) {
                [$0.event(.driverUpdated, on: message.occasion())]
            }
        }
    }

    /// The load lets go: of a reservation that came to nothing, or after its end. What it was on was the load's; it is available again.
    func release(_ message: Message, into out: inout Out) throws(StageFailure) {
        guard let hold = try registry.holds.value(for: message.to), hold.saga == message.saga else {
            return send(message.answer(.done, .object(["released": true])), into: &out)
        }
        try registry.holds.set(nil, for: message.to)
        var miles: Double?
        if let vehicle = try registry.vehicles.value(for: message.to) {
            if let odometer = vehicle.odometer, let start = hold.departedWith, odometer >= start { miles = odometer - start }
            if hold.isConfirmed {
                var next = vehicle
                next.status = .available
                next.currentLoadID = nil
                try adapt(next, after: vehicle, in: registry.vehicles, at: message.time, into: &out) {
                    [$0.event(.vehicleStatusChanged, on: message.occasion(), from: vehicle.status)]
                }
            }
        } else if hold.isConfirmed, let driver = try registry.drivers.value(for: message.to) {
            try bring(driver, to: .available, on: nil, hold.loadID, message, into: &out)
        }
        send(message.answer(.done, .object(["released": true, "miles": miles.map(JSON.number)])), into: &out)
    }

    /// The load has come further.
    func follow(_ message: Message, into out: inout Out) throws(StageFailure) {
        if message.toType == .route { return try followRoute(message, into: &out) }
        defer { send(message.answer(.done), into: &out) }
        guard var hold = try registry.holds.value(for: message.to), hold.saga == message.saga, hold.isConfirmed,
            Following(message.body)?.progress == .inTransit
        else { return }
        if let vehicle = try registry.vehicles.value(for: message.to) {
            if vehicle.status == .inTransit { return }
            hold.departedWith = vehicle.odometer
            try registry.holds.set(hold, for: message.to)
            var next = vehicle
            next.status = .inTransit
            try adapt(next, after: vehicle, in: registry.vehicles, at: message.time, into: &out) {
                [$0.event(.vehicleStatusChanged, on: message.occasion(), from: vehicle.status)]
            }
        } else if let driver = try registry.drivers.value(for: message.to), driver.status != .driving {
            try bring(driver, to: .driving, on: driver.currentLoadID, hold.loadID, message, into: &out)
        }
    }

    /// A driver's status as it follows from the load: dispatch knows it, the duty log does not.
    private func bring(
        _ driver: Driver, to status: DriverStatus, on load: EntityID?, _ from: EntityID, _ message: Message, into out: inout Out
    ) throws(StageFailure) {
        var next = driver
        next.currentLoadID = load
        var change = DutyChange(to: status, from: driver.status)
        change.isDuty = false
        change.loadID = from
        if status != driver.status {
            next.status = status
            next.statusSince = message.time
            (next.special, next.exemption, next.logEntryID) = (nil, nil, nil)
        }
        try adapt(next, after: driver, in: registry.drivers, at: message.time, into: &out) { next in
            status == driver.status
                ? [next.event(.driverUpdated, on: message.occasion())] : [change.event(of: next.id, on: message.occasion())]
        }
    }

    /// Sees to it that a reservation asks, should its load stay silent.
    private func remind(_ id: EntityID, into out: inout Out) {
        registry.reminders.set(Timer(id, at: out.moment.now.advanced(by: patience.askAfter), by: .processingTime))
    }

    /// The clock says that a thing has been reserved for long: it asks its load, which decides. It never lets go by itself.
    func ask(_ id: EntityID, into out: inout Out) throws(StageFailure) {
        guard let hold = try registry.holds.value(for: id), !hold.isConfirmed else { return }
        let type: EntityType = try registry.vehicles.value(for: id) != nil ? .vehicle : .driver
        let question = Message(
            .ask, to: hold.loadID, .load, from: id, type, saga: hold.saga, cause: hold.saga, time: out.moment.now, correlationID: nil,
            actor: nil)
        send(question, into: &out)
        remind(id, into: &out)
    }
}
