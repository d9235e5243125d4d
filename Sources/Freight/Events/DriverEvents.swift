internal import StreamCore
internal import Wire

extension Driver {
    /// What DRIVER_CREATED, DRIVER_UPDATED and DRIVER_DELETED say.
    static let eventFields: [EventField<Driver>] = [
        .required("driver_id", \.id, as: .uuid),
        .optional("carrier_id", \.carrierID, as: .uuid),
        .optional("name", \.name),
        .optional("status", \.status),
        .optional("load_id", \.currentLoadID, as: .uuid),
        .nullable("ruleset", \.ruleset),
        .nullable("cycle", \.cycle, as: .text(.cycle)),
        .nullable("timezone", \.timezone),
        .nullable("day_start", \.dayStart, as: .text(.timeOfDay)),
        .optional("version", \.version, as: .count),
    ]

    /// The event that the driver was made, changed or removed.
    public func event(_ type: EventType, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(type, .driver, id, step: "\(version)"), Driver.eventFields, of: self)
    }

    /// Where a driver was seen.
    struct Sighting: Sendable {
        let driver: EntityID
        let load: EntityID?
        let fix: VehicleFix

        static let eventFields: [EventField<Sighting>] = [
            .required("driver_id", \.driver, as: .uuid),
            .optional("load_id", \.load, as: .uuid),
            .required("location", \.fix.location),
            .optional("speed", \.fix.speed, as: .quantity, in: .milesPerHour),
            .optional("heading", \.fix.heading, as: .heading, in: .degrees),
            .optional("accuracy", \.fix.accuracy, as: .quantity, in: .meters),
        ]
    }

    /// The event that the driver was seen somewhere; the same instant twice is one event.
    public func located(_ fix: VehicleFix, on occasion: Occasion) -> BusinessEvent {
        var occasion = occasion
        occasion.time = fix.time
        var envelope = occasion.envelope(.driverLocationUpdated, .driver, id)
        envelope.eventID = .version7(at: fix.time, Entropy(of: id.utf8 + Array(" \(fix.time.microseconds)".utf8)))
        return BusinessEvent(envelope, Sighting.eventFields, of: Sighting(driver: id, load: currentLoadID, fix: fix))
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

    /// A driver's entry.
    struct Entry: Sendable {
        let driver: EntityID
        let change: DutyChange

        static let eventFields: [EventField<Entry>] = [
            .required("driver_id", \.driver, as: .uuid),
            .optional("old_status", \.change.oldStatus),
            .required("new_status", \.change.newStatus),
            .optional("duty", { $0.change.isDuty ? nil : false }),
            .optional("special", \.change.special),
            .optional("exemption", \.change.exemption),
            .optional("log_entry_id", \.change.logEntryID, as: .words),
            .optional("revision", \.change.revision, as: .count),
            .optional("annulled", { $0.change.isAnnulled ? true : nil }),
            .optional("load_id", \.change.loadID, as: .uuid),
        ]
    }

    /// The event; its timestamp, the occasion's, is when the status began.
    public func event(of driver: EntityID, on occasion: Occasion) -> BusinessEvent {
        let step = logEntryID.map { "\($0) \(revision ?? 0)" } ?? newStatus.rawValue
        return BusinessEvent(
            occasion.envelope(.driverStatusChanged, .driver, driver, step: step), Entry.eventFields, of: Entry(driver: driver, change: self)
        )
    }
}
