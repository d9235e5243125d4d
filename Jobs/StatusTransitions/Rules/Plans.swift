internal import Freight
internal import StreamCore

/// What is to be done about a thing, once its rules have let a command pass.
enum Plan<Thing: Entity> {
    case create(Thing)
    case update(Thing, to: Thing)
    case delete(Thing)
    /// The thing is as the command wants it.
    case stay(Thing)
    case move(Thing, Move)
    case locate(Thing, VehicleFix)
    case assign(Thing, AssignRequest)

    /// What a status command does to a thing of this kind.
    enum Move {
        case load(StatusRequest<LoadStatus>)
        case thing(Thing, at: EventTime, reason: String?)
        case entry(DutyChange, DriverRules.Entry, at: EventTime)
    }
}

extension Plan where Thing == Load {
    /// What a command does to a load.
    init(_ load: Load?, _ command: Command) throws(Refusal) {
        if command.type == .create {
            self = .create(try LoadRules.created(load, by: command))
            return
        }
        let load = try CommandRules.subject(load, of: command)
        switch command.type {
        case .update: self = .update(load, to: try LoadRules.updated(load, by: command))
        case .delete:
            try LoadRules.checkDeletion(load)
            self = .delete(load)
        case .status:
            let request = try Refusal.unlessRead(StatusRequest<LoadStatus>.read(command.body, now: command.time))
            if request.status == load.status {
                self = .stay(load)
            } else {
                try LoadRules.check(load, to: request.status)
                self = .move(load, .load(request))
            }
        case .assign:
            let request = try Refusal.unlessRead(AssignRequest.read(command.body))
            guard command.principal.mayChange(thingsOf: request.carrierID) else { throw .foreign(.carrier, command) }
            try AssignmentRules.check(load)
            self = .assign(load, request)
        case .create, .location, .replay, .publish: throw .unsupported(command)
        }
    }
}

extension Plan where Thing == Vehicle {
    /// What a command does to a vehicle.
    init(_ vehicle: Vehicle?, held: Hold?, _ command: Command) throws(Refusal) {
        if command.type == .create {
            self = .create(try VehicleRules.created(vehicle, by: command))
            return
        }
        let vehicle = try CommandRules.subject(vehicle, of: command)
        switch command.type {
        case .update: self = .update(vehicle, to: try VehicleRules.updated(vehicle, held: held, by: command))
        case .delete:
            if let held { throw .inUse(.vehicle, held, "deleted") }
            self = .delete(vehicle)
        case .status:
            let request = try Refusal.unlessRead(StatusRequest<VehicleStatus>.read(command.body, now: command.time))
            let next = try VehicleRules.moved(vehicle, held: held, to: request.status)
            self = next.map { .move(vehicle, .thing($0, at: request.time, reason: request.reason)) } ?? .stay(vehicle)
        case .location: self = .locate(vehicle, try Refusal.unlessRead(VehicleFix.read(command.body, now: command.time)))
        case .create, .assign, .replay, .publish: throw .unsupported(command)
        }
    }
}

extension Plan where Thing == Driver {
    /// What a command does to a driver.
    init(_ driver: Driver?, held: Hold?, _ command: Command) throws(Refusal) {
        if command.type == .create {
            self = .create(try DriverRules.created(driver, by: command))
            return
        }
        let driver = try CommandRules.subject(driver, of: command)
        switch command.type {
        case .update: self = .update(driver, to: try DriverRules.updated(driver, held: held, by: command))
        case .delete:
            if let held { throw .inUse(.driver, held, "deleted") }
            self = .delete(driver)
        case .status:
            let (change, time) = try Refusal.unlessRead(DutyChange.read(command.body, now: command.time))
            let entry = DriverRules.entered(driver, change, at: time)
            self = entry == .nothingNew ? .stay(driver) : .move(driver, .entry(change, entry, at: time))
        case .location: self = .locate(driver, try Refusal.unlessRead(VehicleFix.read(command.body, now: command.time)))
        case .create, .assign, .replay, .publish: throw .unsupported(command)
        }
    }
}

extension Plan where Thing == Carrier {
    /// What a command does to a carrier that has `crew`.
    init(_ carrier: Carrier?, crew: Crew, _ command: Command) throws(Refusal) {
        if command.type == .create {
            var next: Carrier = try CommandRules.created(carrier, by: command, command.body)
            next.status = try CommandRules.firstStatus(command.body, CarrierStatus.allCases, otherwise: .active)
            self = .create(next)
            return
        }
        let carrier = try CommandRules.subject(carrier, of: command)
        switch command.type {
        case .update: self = .update(carrier, to: try CommandRules.updated(carrier, by: command, command.body))
        case .delete:
            guard crew.isEmpty else {
                throw Refusal(
                    409, "CARRIER_IN_USE",
                    "the carrier has \(crew.vehicles) vehicles and \(crew.drivers) drivers; delete them or move them to another carrier first"
                )
            }
            self = .delete(carrier)
        case .status:
            let request = try Refusal.unlessRead(StatusRequest<CarrierStatus>.read(command.body, now: command.time))
            var next = carrier
            next.status = request.status
            self = next.status == carrier.status ? .stay(carrier) : .move(carrier, .thing(next, at: request.time, reason: request.reason))
        case .create, .location, .assign, .replay, .publish: throw .unsupported(command)
        }
    }
}

extension Plan where Thing == Route {
    /// What a command does to a route. Its status follows its load, so no command sets it, and it stays when it has ended.
    init(_ route: Route?, _ command: Command) throws(Refusal) {
        if command.type == .create {
            var body = command.body
            if let scope = command.principal.carrierID, body["carrier_id"] ?? .null == .null {
                body = body.with("carrier_id", .string("\(scope)"))
            }
            var next: Route = try CommandRules.created(route, by: command, body)
            next.status = try CommandRules.firstStatus(body, [RouteStatus.planned], otherwise: .planned)
            self = .create(next)
            return
        }
        let route = try CommandRules.subject(route, of: command)
        switch command.type {
        case .update:
            guard !route.status.isFinal else {
                throw Refusal(409, "ROUTE_ENDED", "the route is \(route.status.rawValue); plan a new one")
            }
            self = .update(route, to: try CommandRules.updated(route, by: command, command.body))
        case .create, .delete, .status, .location, .assign, .replay, .publish: throw .unsupported(command)
        }
    }
}

extension Refusal {
    /// What a request says, or 422 with everything that is wrong with it.
    static func unlessRead<Request>(_ read: Result<Request, RequestProblems>) throws(Refusal) -> Request {
        switch read {
        case .success(let request): return request
        case .failure(let wrong): throw .invalid(wrong.problems)
        }
    }
}
