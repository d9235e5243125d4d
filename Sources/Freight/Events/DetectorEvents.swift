public import StreamCore
internal import Wire

/// A vehicle is to be serviced, or will be soon.
public struct MaintenanceDue: Hashable, Sendable {
    /// What says so: `ODOMETER`, `ENGINE_HOURS` or `DATE`.
    public var reason: String
    /// Since when, or from when on.
    public var dueAt: EventTime?
    /// Miles gone, where that is the reason.
    public var odometer: Double?
    /// Hours run, where that is the reason.
    public var engineHours: Double?

    /// Service that is due for that reason.
    public init(reason: String, dueAt: EventTime? = nil, odometer: Double? = nil, engineHours: Double? = nil) {
        self.reason = reason
        self.dueAt = dueAt
        self.odometer = odometer
        self.engineHours = engineHours
    }

    /// The event.
    public func event(of vehicle: EntityID, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.vehicleMaintenanceDue, .vehicle, vehicle, severity: .warning, step: reason)) { json in
            json.field("vehicle_id", vehicle)
            json.field("reason", reason)
            json.field("due_at", dueAt)
            json.field("odometer", odometer)
            json.field("engine_hours", engineHours)
        }
    }
}

/// How a carrier has done within a window. Shares are from 0 to 1.
public struct CarrierPerformance: Hashable, Sendable {
    /// Where the window begins.
    public var from: EventTime
    /// Where it ends.
    public var through: EventTime
    /// Loads delivered in it.
    public var loadsDelivered: Int
    /// The share of them that came in time; nil for none delivered.
    public var onTimeRate: Double?
    /// The share of routes that were left.
    public var deviationRate: Double?
    /// Violations of its drivers.
    public var hosViolations: Int

    /// A carrier's figures of one window.
    public init(from: EventTime, through: EventTime, loadsDelivered: Int, onTimeRate: Double?, deviationRate: Double?, hosViolations: Int) {
        self.from = from
        self.through = through
        self.loadsDelivered = loadsDelivered
        self.onTimeRate = onTimeRate
        self.deviationRate = deviationRate
        self.hosViolations = hosViolations
    }

    /// The event.
    public func event(of carrier: EntityID, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.carrierPerformanceUpdated, .carrier, carrier, step: through.rfc3339)) { json in
            json.field("carrier_id", carrier)
            json.object("range") {
                $0.field("start", from)
                $0.field("end", through)
            }
            json.field("loads_delivered", loadsDelivered)
            json.nullable("on_time_rate", onTimeRate)
            json.nullable("deviation_rate", deviationRate)
            json.field("hos_violations", hosViolations)
        }
    }

    /// The event that a carrier has other vehicles, or others of them free, than before.
    public static func capacityChanged(of carrier: EntityID, vehicles: Int, available: Int, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.carrierCapacityChanged, .carrier, carrier, step: "\(vehicles) \(available)")) { json in
            json.field("carrier_id", carrier)
            json.field("vehicles", vehicles)
            json.field("available", available)
        }
    }
}

/// Linehaul tells the people who run it, or a model tells what it expects.
public enum Announcement {
    /// An alert about a thing, or about Linehaul itself.
    public static func alert(
        _ code: String, _ message: String, about type: EntityType, _ id: EntityID, severity: Severity, on occasion: Occasion
    ) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.systemAlert, type, id, severity: severity, step: code)) { json in
            json.field("code", code)
            json.field("message", message)
        }
    }

    /// A model's prediction about a thing; what it says is the model's own.
    public static func prediction(
        by model: String, about type: EntityType, _ id: EntityID, _ says: Document, on occasion: Occasion
    ) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.aiPrediction, type, id, step: model)) { json in
            json.field("model", model)
            json.field("prediction", says)
        }
    }
}
