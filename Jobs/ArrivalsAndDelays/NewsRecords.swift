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
        var alert = SystemAlert(reason: visit.reason, message: message(visit, end, trip))
        (alert.loadID, alert.vehicleID, alert.driverID, alert.stop) = (trip.load, trip.vehicle, trip.driver, end.name)
        alert.location = Location(latitude: trip[end].place.latitude, longitude: trip[end].place.longitude)
        alert.appointment = trip[end].appointment
        switch visit {
        case .arrived(let at): alert.arrivedAt = at
        case .departed(let since, let at, let detention):
            (alert.arrivedAt, alert.departedAt) = (since, at)
            (alert.dwellMinutes, alert.detentionMinutes) = (at.since(since).wholeMinutes, detention.wholeMinutes)
        case .detained(let since, let from): (alert.arrivedAt, alert.detentionFrom) = (since, from)
        }
        return BusinessEvent(
            occasion.envelope(.systemAlert, .load, trip.load, severity: severity, step: "\(end.name) \(visit.reason)"),
            SystemAlert.eventFields, of: alert)
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
        let cause = Array("service \(vehicle) \(due.reason.rawValue) \(due.upkeep.figure(due.reason) ?? 0)".utf8)
        var event = MaintenanceDue(vehicle, by: due.reason)
        (event.odometer, event.engineHours) = (due.upkeep.readings.odometer, due.upkeep.readings.engineHours)
        (event.dueOdometer, event.dueEngineHours, event.dueAt) = (due.upkeep.miles, due.upkeep.engineHours, due.upkeep.date)
        return event.event(
            on: Occasion(
                source: VehicleNews.source, time: news.time, cause: .version7(at: news.time, Entropy(of: cause)),
                correlationID: "\(vehicle)"))
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

extension EventTime.Span {
    /// Whole minutes, what is left over cut off.
    fileprivate var wholeMinutes: Int { Int(microseconds / 60_000_000) }
}
