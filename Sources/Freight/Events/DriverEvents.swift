internal import StreamCore
internal import Wire

extension Driver {
    /// The event that the driver was made, changed or removed.
    public func event(_ type: EventType, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(type, .driver, id, step: "\(version)")) { json in
            json.field("driver_id", id)
            json.field("carrier_id", carrierID)
            json.field("name", name)
            json.field("status", status)
            json.field("load_id", currentLoadID)
            json.field("ruleset", ruleset)
            json.field("cycle", cycle)
            json.field("timezone", timezone)
            json.field("day_start", dayStart)
            json.field("version", version)
        }
    }

    /// The event that the driver was seen somewhere; the same instant twice is one event.
    public func located(_ fix: VehicleFix, on occasion: Occasion) -> BusinessEvent {
        var occasion = occasion
        occasion.time = fix.time
        var envelope = occasion.envelope(.driverLocationUpdated, .driver, id)
        envelope.eventID = .version7(at: fix.time, Entropy(of: id.utf8 + Array(" \(fix.time.microseconds)".utf8)))
        return BusinessEvent(envelope) { json in
            json.field("driver_id", id)
            json.field("load_id", currentLoadID)
            json.field("location", fix.location)
            json.field("speed", fix.speed)
            json.field("heading", fix.heading)
            json.field("accuracy", fix.accuracy)
        }
    }
}

/// An entry of a driver's duty log, as DRIVER_STATUS_CHANGED carries it: what hours of service are reckoned from.
public struct DutyChange: Hashable, Sendable {
    /// What the driver did before, where known.
    public var oldStatus: DriverStatus?
    /// What the driver does from the event's timestamp on.
    public var newStatus: DriverStatus
    /// False where the status only follows from a load: dispatch knows it, hours of service do not.
    public var isDuty = true
    /// What makes it count otherwise than it says.
    public var special: SpecialDriving?
    /// The exception that the driver claims.
    public var exemption: DutyExemption?
    /// The entry in the driver's log; of events with the same one the highest revision counts.
    public var logEntryID: String?
    /// Which wording of the entry it is, from 0.
    public var revision: Int?
    /// Whether it takes the entry away.
    public var isAnnulled = false
    /// The load that it follows from, where it does.
    public var loadID: EntityID?

    /// A change to that status.
    public init(to status: DriverStatus, from old: DriverStatus? = nil) {
        newStatus = status
        oldStatus = old
    }

    /// The event; its timestamp, the occasion's, is when the status began.
    public func event(of driver: EntityID, on occasion: Occasion) -> BusinessEvent {
        let step = logEntryID.map { "\($0) \(revision ?? 0)" } ?? newStatus.rawValue
        return BusinessEvent(occasion.envelope(.driverStatusChanged, .driver, driver, step: step)) { json in
            json.field("driver_id", driver)
            json.field("old_status", oldStatus)
            json.field("new_status", newStatus)
            if !isDuty { json.field("duty", false) }
            json.field("special", special)
            json.field("exemption", exemption)
            json.field("log_entry_id", logEntryID)
            json.field("revision", revision)
            if isAnnulled { json.field("annulled", true) }
            json.field("load_id", loadID)
        }
    }
}
