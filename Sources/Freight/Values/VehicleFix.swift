public import StreamCore

/// Where a vehicle or a driver was at one instant, and what the device knew besides.
public struct VehicleFix: Hashable, Sendable {
    /// When.
    public var time: EventTime
    /// Where.
    public var location: Location
    /// Miles an hour.
    public var speed: Double?
    /// Degrees from north.
    public var heading: Double?
    /// Metres that it may be off.
    public var accuracy: Double?
    /// Feet above the sea.
    public var altitude: Double?
    /// Percent of the tank.
    public var fuelLevel: Double?
    /// Miles gone.
    public var odometer: Double?
    /// Hours run.
    public var engineHours: Double?
    /// Who drove.
    public var driverID: EntityID?
    /// The load on it.
    public var loadID: EntityID?

    /// Further ahead of the clock than this no device's clock can be trusted.
    public static let farthestAhead = EventTime.Span(.seconds(3_600))

    /// A fix at that place and time; what else the device knew is set behind.
    public init(at time: EventTime, _ location: Location) {
        self.time = time
        self.location = location
    }

    /// Reads a location request, whose place stands in the body itself or in its `location`; without a timestamp it is `now`'s.
    public static func read(_ body: JSON, now: EventTime) -> Result<VehicleFix, RequestProblems> {
        guard body.members != nil else { return .failure(RequestProblems([FieldProblem("body", "must be a JSON object")])) }
        let place = body["location"] ?? body
        var problems: [FieldProblem] = []
        func value<Value: FieldValue>(_ name: String, _ shape: Shape? = nil) -> Value? {
            guard let given = body[name] ?? place[name], given != .null else { return nil }
            do throws(Complaint) {
                return try Value.read(given, as: shape)
            } catch {
                problems.append(FieldProblem(name, error.issue))
                return nil
            }
        }
        var location = Location(latitude: 0, longitude: 0)
        if place.members == nil {
            problems.append(FieldProblem("location", "must be an object with latitude and longitude"))
        } else {
            for (name, degreesAround) in [("latitude", 90.0), ("longitude", 180.0)] {
                let known = problems.count
                let degrees: Double? = value(name, .number(NumberRange(atLeast: -degreesAround, atMost: degreesAround)))
                if degrees == nil, problems.count == known { problems.append(FieldProblem(name, "is required")) }
                if name == "latitude" { location.latitude = degrees ?? 0 } else { location.longitude = degrees ?? 0 }
            }
            location.address = value("address")
            location.city = value("city")
            location.state = value("state")
            location.zipcode = value("zipcode")
        }
        var fix = VehicleFix(at: now, location)
        fix.speed = value("speed", .quantity)
        fix.heading = value("heading", .heading)
        fix.accuracy = value("accuracy", .quantity)
        fix.altitude = value("altitude")
        fix.fuelLevel = value("fuel_level", .percentage)
        fix.odometer = value("odometer", .quantity) ?? value("mileage", .quantity)
        fix.engineHours = value("engine_hours", .quantity)
        fix.driverID = value("driver_id", .uuid)
        fix.loadID = value("load_id", .uuid)
        if let time: EventTime = value("timestamp") {
            if time > now.advanced(by: farthestAhead) {
                problems.append(FieldProblem("timestamp", "must not be more than 1 h ahead of now, which is \(now.rfc3339)"))
            }
            fix.time = time
        }
        return problems.isEmpty ? .success(fix) : .failure(RequestProblems(problems))
    }
}
