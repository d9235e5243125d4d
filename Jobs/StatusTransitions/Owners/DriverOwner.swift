internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// What commands do to a driver.
extension Owners {
    func judge(driver command: Command, _ granted: [Grant], into out: inout Out) throws(StageFailure) -> Verdict {
        let held = try registry.holds.value(for: command.entityID)
        let driver = try registry.drivers.value(for: command.entityID)
        let plan: Plan<Driver>
        do throws(Refusal) { plan = try Plan(driver, held: held, command) } catch { return .refused(error) }
        switch plan {
        case .create(let next):
            return try create(next, in: registry.drivers, command, granted, into: &out) {
                $0.event(.driverCreated, on: command.occasion())
            }
        case .update(let driver, let next):
            return try update(next, after: driver, in: registry.drivers, command, granted, into: &out) {
                $0.event(.driverUpdated, on: command.occasion())
            }
        case .delete(let driver):
            try registry.fixes.set(nil, for: driver.id)
            return try delete(driver, from: registry.drivers, command, into: &out) { $0.event(.driverDeleted, on: command.occasion()) }
        case .stay(let driver): return unchanged(driver, command)
        case .move(let driver, .entry(var change, let entry, let time)):
            change.oldStatus = driver.status
            let event = change.event(of: driver.id, on: command.occasion(at: time))
            guard case .current(let next) = entry else {
                return log(event, about: driver, command, .statusChange, changes: change.changes(at: time), into: &out)
            }
            return try accept(next, after: driver, in: registry.drivers, command, .statusChange, into: &out) { _ in [event] }
        case .locate(let driver, let fix):
            guard try isNew(fix, of: driver.id) else { return unchanged(driver, command) }
            let event = driver.located(fix, on: command.occasion())
            guard let next = DriverRules.located(driver, at: fix) else {
                return log(event, about: driver, command, .locationUpdate, changes: fix.changes, into: &out)
            }
            return try accept(next, after: driver, in: registry.drivers, command, .locationUpdate, into: &out) { _ in [event] }
        case .move, .assign: return .refused(.unsupported(command))
        }
    }
}

extension DutyChange {
    /// What an audit record says of a duty entry that left the driver as before.
    fileprivate func changes(at time: EventTime) -> RawJSON {
        RawJSON.object { json in
            json.object("duty_entry") { change in
                change.nullable("old", String?.none)
                change.object("new") {
                    $0.field("status", newStatus)
                    $0.field("timestamp", time)
                    $0.field("special", special)
                    $0.field("exemption", exemption)
                    $0.field("log_entry_id", logEntryID)
                    $0.field("revision", revision)
                    if isAnnulled { $0.field("annulled", true) }
                }
            }
        }
    }
}
