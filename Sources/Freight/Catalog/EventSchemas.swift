/// What events there are. Validation, the API's catalog and docs/events.md follow this list; ours are written from the same tables.
extension EventSchema {
    /// What events can be about: the fleet, systems and users, but none of what is only registered here.
    public static let subjects: [EntityType] = EntityType.allCases.filter { type in all.contains { $0.entityTypes.contains(type) } }

    /// The schemas of all types, in their order.
    public static let all: [EventSchema] = [
        load(.loadCreated, "A load was made."),
        load(.loadUpdated, "Something of a load was changed, its status aside."),
        load(.loadDeleted, "A load was removed."),
        load(.loadAssigned, "A load was given to a carrier's vehicle and driver."),
        load(.loadPickedUp, "A load was picked up."),
        load(.loadInTransit, "A load is on the road."),
        load(.loadDelivered, "A load was delivered."),
        load(.loadCancelled, "A load was cancelled."),
        load(.loadDelayed, "A load is past its time, or will be."),
        vehicle(.vehicleCreated, "A vehicle was made."),
        vehicle(.vehicleUpdated, "Something of a vehicle was changed, its status aside."),
        vehicle(.vehicleDeleted, "A vehicle was removed."),
        vehicle(.vehicleStatusChanged, "A vehicle's status is another."),
        EventSchema(.vehicleMaintenanceDue, .vehicle, "A vehicle is to be serviced.", MaintenanceDue.eventFields),
        EventSchema(.vehicleLocationUpdated, .vehicle, "A vehicle was seen somewhere.", VehicleFix.Sighting.eventFields),
        driver(.driverCreated, "A driver was made."),
        driver(.driverUpdated, "Something of a driver was changed, the status aside."),
        driver(.driverDeleted, "A driver was removed."),
        EventSchema(.driverStatusChanged, .driver, "A driver's status is another: an entry of the duty log.", DutyChange.Entry.eventFields),
        EventSchema(.driverLocationUpdated, .driver, "A driver was seen somewhere.", Driver.Sighting.eventFields),
        EventSchema(.driverHOSViolation, .driver, "Driving went over a limit, or turned out not to have.", HoursViolation.eventFields),
        EventSchema(.driverHOSWarning, .driver, "One of a driver's clocks will run out.", HoursWarning.eventFields),
        EventSchema(.routeOptimized, .route, "A route was planned, or planned anew.", Route.eventFields),
        EventSchema(.routeDeviation, .route, "A vehicle has left its way, or is back on it.", RouteDeviation.OnRoute.eventFields),
        EventSchema(.routeCompleted, .route, "A route has been driven.", Route.Completion.eventFields),
        carrier(.carrierCreated, "A carrier was made."),
        carrier(.carrierUpdated, "Something of a carrier was changed."),
        carrier(.carrierDeleted, "A carrier was removed."),
        EventSchema(.carrierPerformanceUpdated, .carrier, "A carrier's figures are others.", CarrierFigures.eventFields),
        EventSchema(.carrierCapacityChanged, .carrier, "A carrier has more or fewer vehicles free.", CarrierCapacity.eventFields),
        EventSchema(
            .systemAlert, [.system, .load, .vehicle, .driver, .route, .carrier, .user], "Somebody should look at something now.",
            SystemAlert.eventFields.map(\.member)),
        EventSchema(
            .aiPrediction, [.system, .load, .vehicle, .driver, .route, .carrier, .user], "A model expects something.", Prediction.members),
        EventSchema(.anomalySuspected, .user, "A user does more than the rule allows.", AnomalySuspected.eventFields),
    ]

    /// The topics that events are published on, in the order of the types.
    public static let topics: [String] = all.reduce(into: []) { if !$0.contains($1.topic) { $0.append($1.topic) } }

    /// The schema of a type.
    public static func of(_ type: EventType) -> EventSchema? { byType[type] }

    private static let byType = Dictionary(uniqueKeysWithValues: all.map { ($0.type, $0) })

    private static func load(_ type: EventType, _ summary: String) -> EventSchema {
        EventSchema(type, .load, summary, Load.Change.eventFields)
    }

    private static func vehicle(_ type: EventType, _ summary: String) -> EventSchema {
        EventSchema(type, .vehicle, summary, Vehicle.Change.eventFields)
    }

    private static func driver(_ type: EventType, _ summary: String) -> EventSchema {
        EventSchema(type, .driver, summary, Driver.eventFields)
    }

    private static func carrier(_ type: EventType, _ summary: String) -> EventSchema {
        EventSchema(type, .carrier, summary, Carrier.eventFields)
    }
}
