public import StreamCore

/// One thing that a perfect detector says about a run.
public struct TruthLine: Hashable, Sendable {
    /// What kind of thing it is.
    public let kind: Kind
    /// The id of the user, vehicle or audit record that it is about.
    public let entity: String
    /// When it happened, by the true clock.
    public let at: EventTime
    /// The rest of it, an object.
    public let facts: JSON

    /// The kinds of truth.
    public enum Kind: String, Sendable {
        /// An alert of the anomaly rule: user_id, count, window_start, window_end, threshold, audit_ids.
        case anomalySuspected = "ANOMALY_SUSPECTED"
        /// An audit record delivered beyond the lateness bound: user_id, arrived_at.
        case auditLate = "AUDIT_LATE"
        /// A truck left its corridor: load_id, route_id, corridor_meters, latitude, longitude.
        case deviationStarted = "DEVIATION_STARTED"
        /// It has been out of it for 60 s and 500 m: as above, and since, distance_off_miles (the most so far). From here on it is to be told.
        case deviationDue = "DEVIATION_DUE"
        /// It is back within 0.6 of it: as above, and since, distance_off_miles (the most it was).
        case deviationCleared = "DEVIATION_CLEARED"
        /// A truck came within reach of its delivery: load_id, route_id, radius_meters.
        case arrived = "ARRIVED"
        /// A truck stands at a stop of its load, which it has from now on or has driven to: load_id, stop PICKUP or DELIVERY, appointment.
        case stopArrived = "STOP_ARRIVED"
        /// It drives off: as above, and arrived_at.
        case stopDeparted = "STOP_DEPARTED"
        /// Two hours after arrival and appointment it is still being unloaded: as above, and arrived_at.
        case detention = "DETENTION"
        /// A truck has gone the miles at which it is to be serviced: vehicle_id, reason ODOMETER, next_maintenance_odometer.
        case maintenanceDue = "MAINTENANCE_DUE"
        /// A load came to another status: load_id, from, to. Where the fleet speaks in commands this is what its owner must have accepted;
        /// whether a load is DELAYED meanwhile is left to `OVERDUE`.
        case transition = "TRANSITION"
        /// A load is past its delivery_datetime and on its way: load_id, due.
        case overdue = "OVERDUE"
        /// A driver drives past a limit of the hours of service: driver_id, violation_type, limit_min, driven until ended_at, which
        /// is left out while the wheel still turns.
        case hoursViolation = "HOS_VIOLATION"
        /// Commands that asked the same at once: load_id, command_ids, of which as many are accepted as `accepted` says.
        case race = "RACE"
        /// A command that must be refused: command_id, code.
        case refused = "COMMAND_REFUSED"
        /// A truck's clock: skew_ms, which its fixes' timestamps are ahead of the truth by.
        case clockSkew = "CLOCK_SKEW"
    }

    /// The line as NDJSON, without its newline.
    public var json: [UInt8] {
        let head: [JSON.Member] = [
            .init("kind", .string(kind.rawValue)), .init("entity", .string(entity)), .init("at", .string(at.rfc3339)),
        ]
        return JSON.object(head + (facts.members ?? [])).compact
    }
}

extension ExpectedAlert {
    func line(threshold: Int) -> TruthLine {
        TruthLine(
            kind: .anomalySuspected, entity: user, at: windowEnd,
            facts: .object([
                "user_id": .string(user), "count": .integer(Int64(count)), "window_start": .string(windowStart.rfc3339),
                "window_end": .string(windowEnd.rfc3339), "threshold": .integer(Int64(threshold)),
                "audit_ids": .array(auditIDs.map { .string($0) }),
            ]))
    }
}

extension AuditObservation {
    var lateLine: TruthLine {
        TruthLine(
            kind: .auditLate, entity: id, at: time,
            facts: .object(["user_id": user.map { .string($0) } ?? .null, "arrived_at": .string(arrival.rfc3339)]))
    }
}
