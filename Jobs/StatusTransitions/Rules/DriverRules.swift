internal import Freight
internal import StreamCore

/// What may become of a driver by a command.
enum DriverRules {
    /// A new driver.
    static func created(_ existing: Driver?, by command: Command) throws(Refusal) -> Driver {
        var body = Driver.named(command.body)
        if let scope = command.principal.carrierID, body["carrier_id"] ?? .null == .null {
            body = body.with("carrier_id", .string("\(scope)"))
        }
        var driver: Driver = try CommandRules.created(existing, by: command, body)
        driver.status = try CommandRules.firstStatus(body, DriverStatus.allCases, otherwise: .available)
        return driver
    }

    /// A driver after an update; on a load the driver stays with the carrier.
    static func updated(_ driver: Driver, held: Hold?, by command: Command) throws(Refusal) -> Driver {
        let next = try CommandRules.updated(driver, by: command, Driver.named(command.body))
        if next.carrierID != driver.carrierID, let held { throw .inUse(.driver, held, "moved to another carrier") }
        return next
    }

    /// What a duty entry makes of a driver.
    enum Entry: Equatable {
        /// It says what is known.
        case nothingNew
        /// It is about the past, or takes an entry away: the log gets it, the driver is as before.
        case loggedOnly
        /// It is what the driver does now.
        case current(Driver)
    }

    /// Judges a duty entry that began at `instant`. The same status again is nothing new, unless it is an entry of the driver's log.
    static func entered(_ driver: Driver, _ change: DutyChange, at instant: EventTime) -> Entry {
        let isSame =
            change.newStatus == driver.status && change.special == driver.special && change.exemption == driver.exemption
            && change.logEntryID == nil && change.revision == nil
        if isSame { return .nothingNew }
        if change.isAnnulled { return .loggedOnly }
        let corrects = change.logEntryID != nil && change.logEntryID == driver.logEntryID
        if !corrects, let since = driver.statusSince, instant < since { return .loggedOnly }
        var next = driver
        next.status = change.newStatus
        next.statusSince = instant
        next.special = change.special
        next.exemption = change.exemption
        next.logEntryID = change.logEntryID
        return .current(next)
    }

    /// What a fix makes of a driver: nil where a newer one is known, which stays.
    static func located(_ driver: Driver, at fix: VehicleFix) -> Driver? {
        if let newest = driver.locatedAt, fix.time < newest { return nil }
        var next = driver
        next.currentLocation = fix.location
        next.locatedAt = fix.time
        return next
    }
}
