internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// What commands do to a route, and how it follows its load.
extension Owners {
    func judge(route command: Command, into out: inout Out) throws(StageFailure) -> Verdict {
        let route = try registry.routes.value(for: command.entityID)
        let plan: Plan<Route>
        do throws(Refusal) { plan = try Plan(route, command) } catch { return .refused(error) }
        switch plan {
        case .create(let next): return try keep(next, after: nil, command, .create, into: &out)
        case .update(let route, let next):
            if next == route { return unchanged(route, command) }
            return try keep(next, after: route, command, .update, into: &out)
        case .stay(let route): return unchanged(route, command)
        case .delete, .move, .locate, .assign: return .refused(.unsupported(command))
        }
    }

    /// A way, planned or planned anew: its load gets to know it.
    private func keep(
        _ next: Route, after old: Route?, _ command: Command, _ action: AuditAction, into out: inout Out
    ) throws(StageFailure) -> Verdict {
        if let load = next.loadID, old == nil || old?.durationMinutes != next.durationMinutes || old?.loadID != load {
            let body = JSON.object(["minutes": next.durationMinutes.map(JSON.number)])
            send(command.message(.planned, to: load, .load, saga: command.id, body), into: &out)
        }
        return try accept(next, after: old, in: registry.routes, command, action, into: &out) { [$0.optimized(on: command.occasion())] }
    }

    /// The load of a route has come further.
    func followRoute(_ message: Message, into out: inout Out) throws(StageFailure) {
        defer { send(message.answer(.done), into: &out) }
        guard let route = try registry.routes.value(for: message.to), !route.status.isFinal, let following = Following(message.body) else {
            return
        }
        var next = route
        next.status = following.routeStatus
        next.vehicleID = route.vehicleID ?? following.vehicleID
        next.driverID = route.driverID ?? following.driverID
        next.carrierID = route.carrierID ?? following.carrierID
        if next == route { return }
        try adapt(next, after: route, in: registry.routes, at: message.time, into: &out) { next in
            next.status == .completed
                ? [next.completed(miles: following.miles, minutes: following.minutes, on: message.occasion())] : []
        }
    }
}

extension Following {
    /// What a route is while its load is so far.
    var routeStatus: RouteStatus {
        switch progress {
        case .created, .assigned, .pickedUp, .delayed: .planned
        case .inTransit: .active
        case .delivered: .completed
        case .cancelled: .cancelled
        }
    }
}
