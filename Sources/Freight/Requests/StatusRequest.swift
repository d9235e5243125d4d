public import StreamCore

/// The body of a status command: what a thing is to become, and what belongs to that.
public struct StatusRequest<Status: WireEnum>: Sendable {
    /// What it is to become.
    public var status: Status
    /// When it did; without it, now.
    public var time: EventTime
    /// Why.
    public var reason: String?
    /// Where.
    public var location: Location?

    /// Reads a body, or says everything that is wrong with it. `also` reads what else belongs to it.
    public static func read(
        _ body: JSON, now: EventTime, also: (inout RequestReader, inout StatusRequest) -> Void = { _, _ in }
    ) -> Result<StatusRequest, RequestProblems> {
        var reader = RequestReader(body)
        let status: Status? = reader.required("status")
        guard let first = status ?? Status.allCases.first else { return .failure(RequestProblems(reader.problems)) }
        var request = StatusRequest(status: first, time: now)
        request.reason = reader.optional("reason")
        request.location = reader.optional("location")
        if let time: EventTime = reader.optional("timestamp") {
            if time > now.advanced(by: VehicleFix.farthestAhead) {
                reader.note("timestamp", "must not be more than 1 h ahead of now, which is \(now.rfc3339)")
            }
            request.time = time
        }
        also(&reader, &request)
        return reader.problems.isEmpty ? .success(request) : .failure(RequestProblems(reader.problems))
    }
}

/// Reads the members of a request's body and notes what is wrong with each.
public struct RequestReader {
    private let body: JSON
    /// What has been found wrong so far.
    public private(set) var problems: [FieldProblem] = []

    /// A reader of that body.
    public init(_ body: JSON) {
        self.body = body
        if body.members == nil { note("body", "must be a JSON object") }
    }

    /// The member of one of those names, the first given; nil where there is none or it is null or wrong. `shape` says more than its type.
    public mutating func optional<Value: FieldValue>(_ names: String..., as shape: Shape? = nil) -> Value? { read(names, shape) }

    /// The same of a member that has to be there.
    public mutating func required<Value: FieldValue>(_ names: String..., as shape: Shape? = nil) -> Value? {
        let known = problems.count
        let value: Value? = read(names, shape)
        if value == nil, problems.count == known, let name = names.first { note(name, "is required") }
        return value
    }

    /// Notes that a member is wrong.
    public mutating func note(_ field: String, _ issue: String) { problems.append(FieldProblem(field, issue)) }

    private mutating func read<Value: FieldValue>(_ names: [String], _ shape: Shape?) -> Value? {
        for name in names {
            guard let given = body[name], given != .null else { continue }
            do throws(Complaint) {
                return try Value.read(given, as: shape)
            } catch {
                note(names.first ?? name, error.issue)
                return nil
            }
        }
        return nil
    }
}

extension DutyChange {
    /// Reads a driver's status command: the change and when it began.
    public static func read(_ body: JSON, now: EventTime) -> Result<(change: DutyChange, time: EventTime), RequestProblems> {
        var reader = RequestReader(body)
        let status: DriverStatus? = reader.required("status")
        var change = DutyChange(to: status ?? .offDuty)
        change.special = reader.optional("special")
        change.exemption = reader.optional("exemption")
        change.logEntryID = reader.optional("log_entry_id", as: .words)
        change.revision = reader.optional("revision", as: .count)
        change.isAnnulled = reader.optional("annulled") ?? false
        if change.isAnnulled, change.logEntryID == nil { reader.note("log_entry_id", "is required to annul an entry") }
        let time: EventTime? = reader.optional("timestamp")
        if let time, time > now.advanced(by: VehicleFix.farthestAhead) {
            reader.note("timestamp", "must not be more than 1 h ahead of now, which is \(now.rfc3339)")
        }
        return reader.problems.isEmpty ? .success((change, time ?? now)) : .failure(RequestProblems(reader.problems))
    }
}

/// The body of an assign command.
public struct AssignRequest: Hashable, Sendable {
    /// Who takes the load.
    public var carrierID: EntityID
    /// With which vehicle.
    public var vehicleID: EntityID
    /// And which driver.
    public var driverID: EntityID

    /// Reads a body, V1's names included, or says everything that is wrong with it.
    public static func read(_ body: JSON) -> Result<AssignRequest, RequestProblems> {
        var reader = RequestReader(body)
        let carrier: EntityID? = reader.required("carrier_id", as: .uuid)
        let vehicle: EntityID? = reader.required("vehicle_id", "assigned_vehicle_id", as: .uuid)
        let driver: EntityID? = reader.required("driver_id", "assigned_driver_id", as: .uuid)
        guard let carrier, let vehicle, let driver else { return .failure(RequestProblems(reader.problems)) }
        return .success(AssignRequest(carrierID: carrier, vehicleID: vehicle, driverID: driver))
    }
}
