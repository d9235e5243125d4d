internal import Freight
internal import Geodesy
internal import StreamCore

/// What a truck turns over: miles, hours, fuel.
struct Gauges: Sendable {
    private(set) var odometerMeters = 0.0
    private(set) var engineSeconds = 0.0
    private(set) var fuelGallons = 200.0

    init(odometerMeters: Double = 0, fuelGallons: Double = 200) {
        self.odometerMeters = odometerMeters
        self.fuelGallons = fuelGallons
        engineSeconds = odometerMeters / 22
    }

    /// What the tanks hold.
    static let tankGallons = 240.0

    /// The wheels turned that many metres in a second.
    mutating func turn(_ meters: Double) {
        odometerMeters += meters
        engineSeconds += 1
        fuelGallons = max(5, fuelGallons - meters / Earth.metersPerMile / 6.5)
    }

    /// The driver stops where there is fuel.
    mutating func refuel(using random: inout SeededGenerator) {
        if fuelGallons < 130 { fuelGallons = random.number(in: 210...240) }
    }
}

extension Truck {
    /// Publishes a fix of this instant, as often as it is delivered.
    mutating func report(at now: EventTime, moving: Bool, into outbox: inout Outbox) {
        let deliveries = receiver.deliveries(of: now, moving: moving, using: &random)
        let fix = receiver.measure(position, using: &random)
        guard let first = deliveries.first else { return }
        let stamped = receiver.stamp(now)
        let id = random.id(at: stamped)
        let record =
            switch settings.voice {
            case .events: event(fix, id: id, at: stamped, arrival: first)
            case .commands: command(fix, id: id, at: stamped, arrival: first).record(arrival: first)
            }
        for arrival in deliveries { outbox.publish(record.delivered(at: arrival)) }
    }

    private func event(_ fix: (place: GeoPoint, accuracy: Double), id: String, at stamped: EventTime, arrival: EventTime) -> SimulatedRecord
    {
        let envelope = Envelope(
            topic: SimulatedTopic.tracking, type: "VEHICLE_LOCATION_UPDATED", entityType: "VEHICLE", entity: member.vehicleID,
            time: stamped, correlation: id, causation: nil)
        return envelope.record(id: id, arrival: arrival) {
            $0.member("vehicle_id", member.vehicleID)
            $0.member("driver_id", member.driverID)
            if trip != nil { $0.member("load_id", load?.id) }
            $0.place("location", fix.place)
            $0.member("speed", speed, places: 1)
            $0.member("heading", heading)
            $0.member("accuracy", fix.accuracy, places: 1)
            $0.member("fuel_level", gauges.fuelGallons / Gauges.tankGallons * 100, places: 1)
            $0.member("odometer", gauges.odometerMeters / Earth.metersPerMile, places: 1)
            $0.member("engine_hours", gauges.engineSeconds / 3_600, places: 1)
        }
    }

    private func command(_ fix: (place: GeoPoint, accuracy: Double), id: String, at stamped: EventTime, arrival: EventTime) -> Command {
        Command(
            id, .location, .vehicle, member.vehicleID, at: arrival,
            [
                "latitude": .number(fix.place.latitude, places: 6), "longitude": .number(fix.place.longitude, places: 6),
                "timestamp": .string(stamped.rfc3339), "speed": .number(speed, places: 1), "heading": .integer(Int64(heading)),
                "accuracy": .number(fix.accuracy, places: 1),
                "fuel_level": .number(gauges.fuelGallons / Gauges.tankGallons * 100, places: 1),
                "odometer": .number(gauges.odometerMeters / Earth.metersPerMile, places: 1),
                "engine_hours": .number(gauges.engineSeconds / 3_600, places: 1), "driver_id": .string(member.driverID),
                "load_id": trip == nil ? nil : load.map { .string($0.id) },
            ])
    }

    /// Miles an hour.
    private var speed: Double { (trip?.speed ?? 0) * 3_600 / Earth.metersPerMile }

    private var heading: Int { Int((trip?.heading ?? 0).rounded()) % 360 }

    /// Publishes that the driver's status became `status` at `time`; delivered soon after, unless `arrival` says when.
    mutating func publishDuty(
        _ status: DutyStatus, replacing old: DutyStatus?, at time: EventTime, arrival: EventTime?, into outbox: inout Outbox
    ) {
        let id = random.id(at: time)
        let entry = random.id(at: time)
        let late = random.chance(settings.lateShare)
        let delay = late ? random.number(in: settings.lateSeconds) : random.number(in: 0.05...1)
        let envelope = Envelope(
            topic: SimulatedTopic.drivers, type: "DRIVER_STATUS_CHANGED", entityType: "DRIVER", entity: member.driverID, time: time,
            correlation: id, causation: dutyEvent)
        let record = envelope.record(id: id, arrival: arrival ?? time.advanced(seconds: delay)) {
            $0.member("driver_id", member.driverID)
            $0.member("old_status", old?.rawValue)
            $0.member("new_status", status.rawValue)
            $0.member("log_entry_id", entry)
            $0.member("vehicle_id", member.vehicleID)
            $0.place("location", position.rounded)
        }
        dutyEvent = id
        outbox.publish(record)
        if random.chance(settings.duplicateShare) {
            outbox.publish(record.delivered(at: record.arrival.advanced(seconds: random.number(in: 0...5))))
        }
    }

    func excessLine(_ excess: DutyCycle.Excess, at instant: EventTime, endedAt end: EventTime?) -> TruthLine {
        TruthLine(
            kind: .hoursViolation, entity: member.driverID, at: instant,
            facts: .object([
                "driver_id": .string(member.driverID), "violation_type": .string(excess.limit.rawValue),
                "limit_min": .integer(Int64(excess.limit.minutes)), "ended_at": end.map { .string($0.rfc3339) },
            ]))
    }

    /// The truck as its owner keeps it.
    func snapshot(at now: EventTime) -> SimulatedRecord {
        let value = ObjectWriter.object {
            $0.member("id", member.vehicleID)
            $0.member("vehicle_number", member.vehicleNumber)
            $0.member("carrier_id", member.carrierID)
            $0.member("odometer", gauges.odometerMeters / Earth.metersPerMile, places: 1)
            $0.member("engine_hours", gauges.engineSeconds / 3_600, places: 1)
            $0.member("next_maintenance_odometer", serviceDue, places: 0)
        }
        return SimulatedRecord(
            topic: SimulatedTopic.vehicleSnapshots, key: Array(member.vehicleID.utf8), value: value, headers: [], time: now, arrival: now)
    }

    func serviceLine(at now: EventTime) -> TruthLine {
        TruthLine(
            kind: .maintenanceDue, entity: member.vehicleID, at: now,
            facts: .object([
                "vehicle_id": .string(member.vehicleID), "reason": .string("ODOMETER"), "next_maintenance_odometer": .number(serviceDue),
            ]))
    }

    func skewLine(at now: EventTime) -> TruthLine {
        TruthLine(
            kind: .clockSkew, entity: member.vehicleID, at: now,
            facts: .object(["skew_ms": .integer(Int64(receiver.skewMilliseconds))]))
    }

    /// What the witness saw, as a line; `instant` gives the time of one of the truck's seconds.
    func line(of sighting: RoadWitness.Sighting, _ load: Load, at now: EventTime, instant: (Int) -> EventTime) -> TruthLine {
        switch sighting {
        case .left(let episode): deviationLine(.deviationStarted, load, at: now, since: nil, most: episode.most)
        case .due(let episode): deviationLine(.deviationDue, load, at: now, since: instant(episode.since), most: episode.most)
        case .back(let episode): deviationLine(.deviationCleared, load, at: now, since: instant(episode.since), most: episode.most)
        case .arrived: arrivalLine(load, at: now)
        }
    }

    private func deviationLine(_ kind: TruthLine.Kind, _ load: Load, at now: EventTime, since: EventTime?, most: Double) -> TruthLine {
        let place = position.rounded
        return TruthLine(
            kind: kind, entity: member.vehicleID, at: now,
            facts: .object([
                "load_id": .string(load.id), "route_id": .string(load.routeID), "corridor_meters": .number(settings.corridorMeters),
                "since": since.map { .string($0.rfc3339) },
                "distance_off_miles": .number((most / Earth.metersPerMile * 1e4).rounded() / 1e4),
                "latitude": .number(place.latitude), "longitude": .number(place.longitude),
            ]))
    }

    private func arrivalLine(_ load: Load, at now: EventTime) -> TruthLine {
        TruthLine(
            kind: .arrived, entity: member.vehicleID, at: now,
            facts: .object([
                "load_id": .string(load.id), "route_id": .string(load.routeID), "radius_meters": .number(settings.arrivalMeters),
            ]))
    }
}
