public import StreamCore
internal import Wire

extension Carrier {
    /// What CARRIER_CREATED, CARRIER_UPDATED and CARRIER_DELETED say.
    static let eventFields: [EventField<Carrier>] = [
        .required("carrier_id", \.id, as: .uuid),
        .optional("name", \.name),
        .optional("status", \.status),
        .nullable("ruleset", \.ruleset),
        .nullable("cycle", \.cycle, as: .text(.cycle)),
        .nullable("timezone", \.timezone),
        .nullable("day_start", \.dayStart, as: .text(.timeOfDay)),
        .optional("version", \.version, as: .count),
    ]

    /// The event that it was made, changed or removed.
    public func event(_ type: EventType, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(type, .carrier, id, step: "\(version)"), Carrier.eventFields, of: self)
    }
}

/// How a carrier has done in the days up to `end`: what CARRIER_PERFORMANCE_UPDATED says.
public struct CarrierFigures: Hashable, Sendable {
    /// Which carrier.
    public var carrierID: EntityID
    /// From when on things count.
    public var start: EventTime
    /// Up to when.
    public var end: EventTime
    /// Loads that it delivered.
    public var loadsDelivered: Int
    /// The share of them that came in time; nil where it delivered none.
    public var onTimeRate: Double?
    /// The share of them whose vehicle left its way; nil where it delivered none.
    public var deviationRate: Double?
    /// Violations of hours of service by its drivers.
    public var hoursViolations: Int

    /// Figures of those parts.
    public init(
        carrierID: EntityID, start: EventTime, end: EventTime, loadsDelivered: Int, onTimeRate: Double?, deviationRate: Double?,
        hoursViolations: Int
    ) {
        self.carrierID = carrierID
        self.start = start
        self.end = end
        self.loadsDelivered = loadsDelivered
        self.onTimeRate = onTimeRate
        self.deviationRate = deviationRate
        self.hoursViolations = hoursViolations
    }

    static let eventFields: [EventField<CarrierFigures>] = [
        .required("carrier_id", \.carrierID, as: .uuid),
        .required("start", \.start),
        .required("end", \.end),
        .required("loads_delivered", \.loadsDelivered, as: .count),
        .nullable("on_time_rate", \.onTimeRate, as: .share),
        .nullable("deviation_rate", \.deviationRate, as: .share),
        .required("hos_violations", \.hoursViolations, as: .count),
    ]

    /// The event that its figures are others than they were.
    public func event(on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.carrierPerformanceUpdated, .carrier, carrierID), CarrierFigures.eventFields, of: self)
    }
}

/// What a carrier has to drive with: what CARRIER_CAPACITY_CHANGED says.
public struct CarrierCapacity: Hashable, Sendable {
    /// Which carrier.
    public var carrierID: EntityID
    /// Its vehicles.
    public var vehicles: Int
    /// Those of them that are AVAILABLE.
    public var available: Int

    /// A capacity of those parts.
    public init(carrierID: EntityID, vehicles: Int, available: Int) {
        self.carrierID = carrierID
        self.vehicles = vehicles
        self.available = available
    }

    static let eventFields: [EventField<CarrierCapacity>] = [
        .required("carrier_id", \.carrierID, as: .uuid),
        .required("vehicles", \.vehicles, as: .count),
        .required("available", \.available, as: .count),
    ]

    /// The event that it is another than it was.
    public func event(on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.carrierCapacityChanged, .carrier, carrierID), CarrierCapacity.eventFields, of: self)
    }
}
