internal import Freight
internal import Geodesy
internal import StreamCore
internal import Wire

/// How news leaves: a visit as SYSTEM_ALERT about the load, what its owner is to write as a command, service as an event of the vehicle. Ids
/// follow from what is said, so they are the same after a crash.
extension VehicleNews {
    private static let source = "linehaul/\(ArrivalsAndDelays.name)"

    /// What the owner of the load is asked to write.
    var command: Command? {
        guard let trip = news.trip, case .trip(let content) = news.content else { return nil }
        switch content {
        case .visit: return nil
        case .expected(let arrival): return command("eta", of: trip, .update, ["eta": arrival.json])
        case .late(let reason):
            return command(
                "delay", of: trip, .status, ["status": LoadStatus.delayed.json, "reason": .string(reason.text)])
        }
    }

    private func command(_ what: String, of trip: Trip, _ type: CommandType, _ body: KeyValuePairs<String, JSON?>) -> Command {
        let cause = Array("\(what) \(trip.load) \(news.time.microseconds)".utf8)
        return Command(
            id: .version7(at: news.time, Entropy(of: cause)), type: type, mode: type == .update ? .patch : nil, entityType: .load,
            entityID: trip.load, time: news.time, source: VehicleNews.source, correlationID: "\(trip.load)", body: .object(body))
    }

    /// An arrival, a departure, detention.
    var alert: BusinessEvent? {
        guard let trip = news.trip, case .trip(.visit(let end, let visit)) = news.content else { return nil }
        let severity: Severity = if case .detained = visit { .warning } else { .info }
        let occasion = Occasion(source: VehicleNews.source, time: news.time, cause: trip.load, correlationID: "\(trip.load)")
        return BusinessEvent(occasion.envelope(.systemAlert, .load, trip.load, severity: severity, step: "\(end.name) \(visit.reason)")) {
            json in
            json.field("reason", visit.reason)
            json.field("message", message(visit, end, trip))
            json.field("load_id", trip.load)
            json.field("vehicle_id", trip.vehicle)
            json.field("driver_id", trip.driver)
            json.field("stop", end.name)
            json.field("location", Location(latitude: trip[end].place.latitude, longitude: trip[end].place.longitude))
            json.field("appointment", trip[end].appointment)
            switch visit {
            case .arrived(let at): json.field("arrived_at", at)
            case .departed(let since, let at, let detention):
                json.field("arrived_at", since)
                json.field("departed_at", at)
                json.field("dwell_minutes", at.since(since).wholeMinutes)
                json.field("detention_minutes", detention.wholeMinutes)
            case .detained(let since, let from):
                json.field("arrived_at", since)
                json.field("detention_from", from)
            }
        }
    }

    private func message(_ visit: VisitNews, _ end: TripEnd, _ trip: Trip) -> String {
        let (load, place) = ("load \(trip.number.isEmpty ? "\(trip.load)" : trip.number)", end.name.lowercased())
        return switch visit {
        case .arrived(let at): "\(load) arrived at \(place) at \(at.rfc3339)"
        case .departed(_, let at, _): "\(load) left \(place) at \(at.rfc3339)"
        case .detained(_, let from): "\(load) is detained at \(place) since \(from.rfc3339)"
        }
    }

    /// That service is due.
    var maintenance: BusinessEvent? {
        guard case .service(let due) = news.content else { return nil }
        let occasion = Occasion(source: VehicleNews.source, time: news.time, cause: vehicle, correlationID: "\(vehicle)")
        return due.upkeep.event(due.ground, of: vehicle, on: occasion)
    }
}

extension VisitNews {
    /// The reason on the wire.
    var reason: String {
        switch self {
        case .arrived: "ARRIVED"
        case .departed: "DEPARTED"
        case .detained: "DETENTION"
        }
    }
}

extension Upkeep {
    /// VEHICLE_MAINTENANCE_DUE.
    fileprivate func event(_ ground: ServiceGround, of vehicle: EntityID, on occasion: Occasion) -> BusinessEvent {
        let step = "\(ground.name) \(due(ground) ?? 0)"
        return BusinessEvent(occasion.envelope(.vehicleMaintenanceDue, .vehicle, vehicle, severity: .warning, step: step)) { json in
            json.field("vehicle_id", vehicle)
            json.field("vehicle_number", number)
            json.field("carrier_id", carrier)
            json.field("reason", ground.name)
            json.field("next_maintenance_due", date)
            json.field("next_maintenance_odometer", miles)
            json.field("next_maintenance_engine_hours", engineHours)
            json.field("odometer", readings.odometer)
            json.field("engine_hours", readings.engineHours)
        }
    }
}

extension EventTime.Span {
    /// Whole minutes, what is left over cut off.
    fileprivate var wholeMinutes: Int { Int(microseconds / 60_000_000) }
}
