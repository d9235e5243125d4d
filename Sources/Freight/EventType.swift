public import Wire

/// Every type of event that Linehaul makes or takes, by its name on the wire.
public enum EventType: String, CaseIterable, Sendable, JSONWritable {
    case loadCreated = "LOAD_CREATED"
    case loadUpdated = "LOAD_UPDATED"
    case loadDeleted = "LOAD_DELETED"
    case loadAssigned = "LOAD_ASSIGNED"
    case loadPickedUp = "LOAD_PICKED_UP"
    case loadInTransit = "LOAD_IN_TRANSIT"
    case loadDelivered = "LOAD_DELIVERED"
    case loadCancelled = "LOAD_CANCELLED"
    case loadDelayed = "LOAD_DELAYED"
    case vehicleCreated = "VEHICLE_CREATED"
    case vehicleUpdated = "VEHICLE_UPDATED"
    case vehicleDeleted = "VEHICLE_DELETED"
    case vehicleStatusChanged = "VEHICLE_STATUS_CHANGED"
    case vehicleMaintenanceDue = "VEHICLE_MAINTENANCE_DUE"
    case vehicleLocationUpdated = "VEHICLE_LOCATION_UPDATED"
    case driverCreated = "DRIVER_CREATED"
    case driverUpdated = "DRIVER_UPDATED"
    case driverDeleted = "DRIVER_DELETED"
    case driverStatusChanged = "DRIVER_STATUS_CHANGED"
    case driverLocationUpdated = "DRIVER_LOCATION_UPDATED"
    case driverHOSViolation = "DRIVER_HOS_VIOLATION"
    case driverHOSWarning = "DRIVER_HOS_WARNING"
    case routeOptimized = "ROUTE_OPTIMIZED"
    case routeDeviation = "ROUTE_DEVIATION"
    case routeCompleted = "ROUTE_COMPLETED"
    case carrierCreated = "CARRIER_CREATED"
    case carrierUpdated = "CARRIER_UPDATED"
    case carrierDeleted = "CARRIER_DELETED"
    case carrierPerformanceUpdated = "CARRIER_PERFORMANCE_UPDATED"
    case carrierCapacityChanged = "CARRIER_CAPACITY_CHANGED"
    case systemAlert = "SYSTEM_ALERT"
    case aiPrediction = "AI_PREDICTION"
    case anomalySuspected = "ANOMALY_SUSPECTED"

    /// The topic its events go to.
    public var topic: String {
        switch self {
        case .loadCreated, .loadUpdated, .loadDeleted, .loadAssigned, .loadPickedUp, .loadInTransit, .loadDelivered,
            .loadCancelled, .loadDelayed:
            "tms.loads"
        case .vehicleCreated, .vehicleUpdated, .vehicleDeleted, .vehicleStatusChanged, .vehicleMaintenanceDue: "tms.vehicles"
        case .vehicleLocationUpdated: "tms.vehicles.tracking"
        case .driverCreated, .driverUpdated, .driverDeleted, .driverStatusChanged, .driverLocationUpdated,
            .driverHOSViolation, .driverHOSWarning:
            "tms.drivers"
        case .routeOptimized, .routeDeviation, .routeCompleted: "tms.routes"
        case .carrierCreated, .carrierUpdated, .carrierDeleted, .carrierPerformanceUpdated, .carrierCapacityChanged: "tms.carriers"
        case .systemAlert: "tms.system.alerts"
        case .aiPrediction: "tms.ai.predictions"
        case .anomalySuspected: "tms.anomalies"
        }
    }
}
