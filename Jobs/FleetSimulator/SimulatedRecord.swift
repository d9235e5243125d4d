public import StreamCore

/// One delivery of a record: what is published, and when it gets there. A late one arrives after younger ones, a duplicate twice.
public struct SimulatedRecord: Hashable, Sendable {
    /// The topic it is published on.
    public let topic: String
    /// What it is about: the entity's id, in UTF-8.
    public let key: [UInt8]
    /// The event or audit record, as JSON.
    public let value: [UInt8]
    /// Its headers, as the contract's section 4 has them.
    public let headers: [Header]
    /// When it happened, by the clock that stamped it.
    public let time: EventTime
    /// The simulated instant of its delivery, by which records are ordered.
    public let arrival: EventTime

    /// The record without its delivery, as a log takes it.
    public var record: Record { Record(key: key, value: value, headers: headers, time: time) }

    /// The same record, delivered again later.
    func delivered(at arrival: EventTime) -> SimulatedRecord {
        SimulatedRecord(topic: topic, key: key, value: value, headers: headers, time: time, arrival: arrival)
    }
}

/// The topics that a simulated fleet publishes on.
public enum SimulatedTopic {
    /// Audit records of the users' acts.
    public static let audit = "tms.audit"
    /// VEHICLE_LOCATION_UPDATED.
    public static let tracking = "tms.vehicles.tracking"
    /// DRIVER_STATUS_CHANGED.
    public static let drivers = "tms.drivers"
    /// Commands, where the fleet speaks in them.
    public static let commands = "tms.commands"
    /// LOAD_CREATED, LOAD_ASSIGNED, LOAD_PICKED_UP, LOAD_IN_TRANSIT, LOAD_DELAYED, LOAD_DELIVERED, LOAD_CANCELLED, where it speaks in events.
    public static let loads = "tms.loads"
    /// ROUTE_OPTIMIZED: the way that a truck is expected to take.
    public static let routes = "tms.routes"
    /// Places: the rest areas where trucks stop.
    public static let network = "tms.network"
    /// Routes as they are now: PLANNED when the load is assigned, ACTIVE on the road, COMPLETED.
    public static let routeSnapshots = "tms.entities.routes"
    /// Loads as they are now, where the fleet speaks in events.
    public static let loadSnapshots = "tms.entities.loads"
    /// Vehicles as they come on the road: when they are to be serviced. Where the fleet speaks in events.
    public static let vehicleSnapshots = "tms.entities.vehicles"
}

extension EventTime {
    func advanced(seconds: Double) -> EventTime { advanced(by: Span(microseconds: Int64((seconds * 1e6).rounded()))) }
    func advanced(microseconds: Int64) -> EventTime { advanced(by: Span(microseconds: microseconds)) }
}
