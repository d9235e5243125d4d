internal import Dataflow
internal import EventLog
internal import Freight
internal import Geodesy
internal import HoursOfService
internal import RoadNetwork
internal import StreamCore
internal import Wire

/// Holds the network and the routes that are under way in memory, and plans again what has to be.
final class Planner: Resident {
    private let scope: ResidentScope
    private let commands: JobBindings.Topic
    private var network = RoadNetwork()
    private var routes: [EntityID: ActiveRoute] = [:]
    private var hours: [EntityID: [UInt8]] = [:]
    private var places: [EntityID: GeoPoint] = [:]
    private var changes = NetworkChangeDecoder()
    private var fixes = VehicleFixDecoder { vehicle, fix in
        (vehicle: vehicle, place: GeoPoint(latitude: fix.location.latitude, longitude: fix.location.longitude))
    }
    private var hasCaughtUp = false
    /// Routes to be held against the network.
    private var due: Set<EntityID> = []
    /// Whether some way may be better than it was, so that every route is to be planned again.
    private var isBetter = false

    init(_ scope: ResidentScope) throws(StageFailure) {
        self.scope = scope
        commands = try scope.topic(of: RouteOptimization.commands)
    }

    func take(_ batch: RecordBatch, of partition: TopicPartition, from inlet: String) {
        switch inlet {
        case RouteOptimization.network.name: take(network: batch)
        case RouteOptimization.routes.name:
            for record in batch.records {
                guard let id = record.key.map({ EntityID(String(decoding: $0, as: UTF8.self)) }) else { continue }
                routes[id] = record.value.flatMap { ActiveRoute($0) }
                if routes[id] != nil { due.insert(id) }
            }
        case RouteOptimization.hours.name:
            for record in batch.records {
                if let key = record.key { hours[EntityID(String(decoding: key, as: UTF8.self))] = record.value }
            }
        default:
            for index in 0..<batch.count {
                guard let seen = (try? fixes.decode(index, of: batch)) ?? nil else { continue }
                places[seen.vehicle] = seen.place
            }
        }
    }

    private func take(network batch: RecordBatch) {
        for index in 0..<batch.count {
            guard let change = (try? changes.decode(index, of: batch)) ?? nil else { continue }
            if hasCaughtUp {
                isBetter = isBetter || network.isBettered(by: change)
                due.formUnion(routes.keys)
            }
            network.apply(change)
        }
    }

    func caughtUp() throws(StageFailure) {
        hasCaughtUp = true
        network.survey()
        try look()
    }

    func roundEnded() throws(StageFailure) { if hasCaughtUp { try look() } }

    /// Plans again what is due.
    private func look() throws(StageFailure) {
        defer { (due, isBetter) = ([], false) }
        var batches: [TopicPartition: BatchBuilder] = [:]
        for id in due.sorted() {
            guard let route = routes[id] else { continue }
            let place = route.vehicle.flatMap { places[$0] }
            let first = route.leg(at: place, in: network) ?? 0
            guard isBetter || route.isOutdated(from: first, in: network),
                let plan = Replan(route, at: place, in: network)
            else { continue }
            let command = command(route, plan)
            let partition = TopicPartition(commands.name, Partitioner.partition(of: id.utf8, among: commands.partitions))
            CommandEncoder().encode(command, at: command.time, key: id.utf8, into: &batches[partition, default: BatchBuilder()])
        }
        if batches.isEmpty { return }
        do throws(LogFailure) {
            _ = try scope.log.append(
                batches.map { partition, builder in
                    var builder = builder
                    return PartitionBatch(partition, builder.finish())
                })
        } catch {
            // Made anew, it finds the same routes outdated.
            throw StageFailure("asking for other ways: \(error.reason)", blame: .system, remedy: .wait)
        }
    }

    private func command(_ route: ActiveRoute, _ plan: Replan) -> Command {
        let now = scope.clock()
        var members = plan.way.members(Tariff(route.form.criterion))
        if let driver = route.driver, let known = hours[driver].flatMap({ try? DriverHours(parsing: $0) }) {
            let drive = EventTime.Span(microseconds: Int64(plan.minutesLeft * 60_000_000))
            members.append(JSON.Member("schedule", known.schedule([.drive(drive)], from: now).json(of: "\(driver)")))
        }
        let body = JSON.object(members)
        let cause = Array("\(RouteOptimization.name) \(route.id) \(route.version) ".utf8) + JSON.array(plan.way.legs.map(\.json)).compact
        return Command(
            id: .version5(cause), type: .update, mode: .patch, entityType: .route, entityID: route.id, time: now,
            source: "linehaul/\(RouteOptimization.name)", correlationID: "\(route.id)", ifMatch: [route.version], body: body)
    }
}

extension RoadNetwork {
    /// Whether a change may make some way better than it was.
    fileprivate func isBettered(by change: NetworkChange) -> Bool {
        switch change {
        case .place, .removed: return false
        case .segment(let new):
            if new.isClosed { return false }
            guard let old = segment(new.id), !old.isClosed else { return true }
            let tariff = Tariff(.time)
            return tariff.minutes(new) < tariff.minutes(old) || new.distanceMiles < old.distanceMiles || new.tollCents < old.tollCents
                || new.restrictions != old.restrictions
        }
    }
}
