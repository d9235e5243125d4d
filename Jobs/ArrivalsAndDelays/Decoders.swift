internal import Freight
internal import Geodesy
internal import StreamCore
internal import Wire

/// Reads snapshots of loads (`tms.entities.loads`); a tombstone is a load that is gone.
struct LoadDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "id", "load_number", "vehicle_id", "driver_id", "status", "delayed_from", "pickup_location.latitude", "pickup_location.longitude",
        "delivery_location.latitude", "delivery_location.longitude", "pickup_datetime", "delivery_datetime")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> LoadPart? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> LoadPart? in
            guard let value = unsafe value else { return batch.id(index).map { LoadPart($0, .trip(nil)) } }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> LoadPart in try read(fields) }
        }
    }

    private func read(_ fields: borrowing JSONFields) throws(DecodeFailure) -> LoadPart {
        guard let id = fields.string(0).map({ EntityID($0) }) else { throw DecodeFailure("a load without an id") }
        guard let status = fields.string(4).flatMap({ LoadStatus(rawValue: $0) }) else {
            throw DecodeFailure("load \(id) without a status that is known")
        }
        let progress = status == .delayed ? fields.string(5).flatMap { LoadStatus(rawValue: $0) } ?? .assigned : status
        guard progress != .created, progress != .cancelled, let vehicle = fields.string(2), let driver = fields.string(3) else {
            return LoadPart(id, .trip(nil))
        }
        return LoadPart(
            id,
            .trip(
                Trip(
                    load: id, number: fields.string(1) ?? "", vehicle: EntityID(vehicle), driver: EntityID(driver),
                    pickup: try stop(fields, 6, 10, "pickup of load \(id)"), delivery: try stop(fields, 8, 11, "delivery of load \(id)"),
                    progress: progress, isDelayed: status == .delayed)))
    }

    private func stop(_ fields: borrowing JSONFields, _ place: Int, _ time: Int, _ what: String) throws(DecodeFailure) -> Stop {
        guard let latitude = fields.number(place), let longitude = fields.number(place + 1),
            let place = GeoPoint(checking: latitude, longitude)
        else { throw DecodeFailure("the \(what) at latitude and longitude that are no place on Earth") }
        guard let time = fields.string(time).flatMap({ EventTime(rfc3339: $0) }) else {
            throw DecodeFailure("the \(what) without its time")
        }
        return Stop(place, at: time)
    }
}

/// Reads snapshots of routes (`tms.entities.routes`) that are for a load. A route is not deleted, so a tombstone says nothing.
struct RouteDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "id", "load_id", "status", "geometry", "geometry_precision", "distance_miles", "duration_minutes")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> LoadPart? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> LoadPart? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> LoadPart? in
                guard let id = fields.string(0).map({ EntityID($0) }) else { throw DecodeFailure("a route without an id") }
                guard let load = fields.string(1) else { return nil }
                return LoadPart(EntityID(load), .way(id, try way(id, fields)))
            }
        }
    }

    private func way(_ id: EntityID, _ fields: borrowing JSONFields) throws(DecodeFailure) -> PlannedWay? {
        guard let status = fields.string(2).flatMap({ RouteStatus(rawValue: $0) }), !status.isFinal, let line = try line(fields) else {
            return nil
        }
        guard let miles = fields.number(5), let minutes = fields.number(6), miles > 0, minutes > 0 else { return PlannedWay(id, line) }
        return PlannedWay(id, line, pace: miles * Earth.metersPerMile / (minutes * 60))
    }

    private func line(_ fields: borrowing JSONFields) throws(DecodeFailure) -> Polyline? {
        if let text = fields.string(3) { return try Polyline(encoded: text, fields.integer(4) == 6 ? .six : .five) }
        return try unsafe fields.withText(3) { text throws(DecodeFailure) -> Polyline in try Polyline(geoJSON: unsafe JSON(parsing: text)) }
    }
}

/// Reads rows of `tms.entities.hours` by their key, tombstones too: they take a driver's hours away.
struct HoursDecoder: RecordDecoder {
    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> CrewPart? {
        guard let driver = batch.id(index) else { throw DecodeFailure("a row of hours without a key, which names the driver") }
        let text = unsafe batch.withValue(index) { value in unsafe value.map { unsafe Array($0) } }
        guard let text else { return CrewPart(driver, .hours(nil)) }
        return CrewPart(driver, .hours(try KnownHours(parsing: text)))
    }
}

/// Reads snapshots of vehicles (`tms.entities.vehicles`): when they are to be serviced; a tombstone is a vehicle that is gone.
struct VehicleDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "id", "next_maintenance_due", "next_maintenance_odometer", "next_maintenance_engine_hours", "odometer", "engine_hours")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> VehicleSignal? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> VehicleSignal? in
            guard let value = unsafe value else { return batch.id(index).map { VehicleSignal($0, .upkeep(nil)) } }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> VehicleSignal in
                guard let id = fields.string(0) else { throw DecodeFailure("a vehicle without an id") }
                var upkeep = Upkeep()
                upkeep.date = fields.string(1).flatMap { EventTime(rfc3339: $0) }
                upkeep.miles = fields.number(2)
                upkeep.engineHours = fields.number(3)
                upkeep.readings = Readings(odometer: fields.number(4), engineHours: fields.number(5))
                return VehicleSignal(EntityID(id), .upkeep(upkeep))
            }
        }
    }
}

extension RecordBatch {
    /// The id that a record's key is.
    fileprivate func id(_ index: Int) -> EntityID? { unsafe withKey(index) { key in unsafe key.map { unsafe EntityID(utf8: $0) } } }
}
