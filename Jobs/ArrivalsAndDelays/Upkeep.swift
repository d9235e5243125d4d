internal import Freight
internal import StreamCore

/// What a vehicle has turned over: miles, and hours of its engine.
struct Readings: Hashable, Sendable, Storable {
    var odometer: Double?
    var engineHours: Double?

    init(odometer: Double? = nil, engineHours: Double? = nil) {
        self.odometer = odometer
        self.engineHours = engineHours
    }

    /// These, and what they leave out as it was.
    func or(_ older: Readings) -> Readings {
        Readings(odometer: odometer ?? older.odometer, engineHours: engineHours ?? older.engineHours)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        odometer = try Double?(from: &reader, version: version)
        engineHours = try Double?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        odometer.store(into: &writer)
        engineHours.store(into: &writer)
    }

    var json: JSON { .object(["odometer": odometer.map(JSON.number), "engine_hours": engineHours.map(JSON.number)]) }
}

/// When a vehicle is to be serviced, by date, odometer and engine hours, and what it has turned over by now.
struct Upkeep: Hashable, Sendable, Storable {
    var date: EventTime?
    var miles: Double?
    var engineHours: Double?
    var readings = Readings()

    init() {}

    /// The figure by which service is due for a reason, where there is one.
    func figure(_ reason: MaintenanceDue.Reason) -> Double? {
        switch reason {
        case .date: date.map { Double($0.milliseconds) }
        case .odometer: miles
        case .engineHours: engineHours
        }
    }

    /// Whether service is due for that reason.
    func isDue(_ reason: MaintenanceDue.Reason, at now: EventTime) -> Bool {
        switch reason {
        case .date: date.map { now >= $0 } ?? false
        case .odometer: Upkeep.has(readings.odometer, reached: miles)
        case .engineHours: Upkeep.has(readings.engineHours, reached: engineHours)
        }
    }

    private static func has(_ reading: Double?, reached due: Double?) -> Bool {
        guard let reading, let due else { return false }
        return reading >= due
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        date = try EventTime?(from: &reader, version: version)
        miles = try Double?(from: &reader, version: version)
        engineHours = try Double?(from: &reader, version: version)
        readings = try Readings(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        date.store(into: &writer)
        miles.store(into: &writer)
        engineHours.store(into: &writer)
        readings.store(into: &writer)
    }

    var json: JSON {
        .object([
            "date": date.json, "odometer": miles.map(JSON.number), "engine_hours": engineHours.map(JSON.number), "readings": readings.json,
        ])
    }
}

/// Watches when a vehicle is due for service: says so once for each figure that was set.
struct UpkeepWatch: Hashable, Sendable, Storable {
    private var upkeep: Upkeep?
    /// The figures that have been told.
    private var told: [MaintenanceDue.Reason: Double] = [:]

    init() {}

    /// The instant at which the next figure is reached by time alone.
    var next: EventTime? { upkeep.flatMap { told[.date] == $0.figure(.date) ? nil : $0.date } }

    /// The vehicle's owner says so.
    mutating func take(_ new: Upkeep?) {
        guard var new else { return upkeep = nil }
        new.readings = new.readings.or(upkeep?.readings ?? Readings())
        upkeep = new
    }

    /// The vehicle says so.
    mutating func take(_ readings: Readings) {
        guard let known = upkeep?.readings else { return }
        upkeep?.readings = readings.or(known)
    }

    /// What is due and has not been said.
    mutating func news(at now: EventTime) -> [ServiceDue] {
        guard let upkeep else { return [] }
        return MaintenanceDue.Reason.allCases.compactMap { reason in
            guard upkeep.isDue(reason, at: now), told[reason] != upkeep.figure(reason) else { return nil }
            told[reason] = upkeep.figure(reason)
            return ServiceDue(reason: reason, upkeep: upkeep)
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        upkeep = try Upkeep?(from: &reader, version: version)
        for reason in MaintenanceDue.Reason.allCases { told[reason] = try Double?(from: &reader, version: version) }
    }

    func store(into writer: inout ByteWriter) {
        upkeep.store(into: &writer)
        for reason in MaintenanceDue.Reason.allCases { told[reason].store(into: &writer) }
    }

    var json: JSON { upkeep.json }
}

/// A vehicle is due for service.
struct ServiceDue: Hashable, Sendable {
    let reason: MaintenanceDue.Reason
    let upkeep: Upkeep
}
