internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

/// Answers lists, searches, tracks and the dashboard from what this process keeps in memory.
struct MemoryReadModel: ReadModel {
    let replica: Replica
    let tracks: Tracks
    let events: EventMemory

    func page(_ query: EntityQuery) throws(ReadFailure) -> EntityPage {
        let selection = Selection(query)
        var found = replica.entries(query.collection) { _, entry in selection.includes(entry) }
        found.sort { selection.comes($0, before: $1) }
        return EntityPage(items: found.dropFirst(query.offset).prefix(query.limit).map(\.entry.text), total: found.count)
    }

    func track(_ query: TrackQuery) throws(ReadFailure) -> TrackPage {
        let points = tracks.points(of: EntityID(query.vehicleID), from: query.from, until: query.until)
        return TrackPage(points: points.suffix(query.limit).reversed(), total: points.count)
    }

    func buckets(_ query: TrackQuery, every interval: EventTime.Span) throws(ReadFailure) -> [TrackBucket] {
        let points = tracks.points(of: EntityID(query.vehicleID), from: query.from, until: query.until)
        return Array(TrackBucket.buckets(of: points, every: interval).prefix(query.limit))
    }

    func dashboard(_ query: DashboardQuery) throws(ReadFailure) -> DashboardFigures {
        var figures = DashboardFigures()
        var series = StepSeries(query)
        let carrier = query.carrierID.map { EntityID($0) }
        let loads = LoadColumns()
        var transit: (sum: Double, count: Int) = (0, 0)
        for (_, entry) in owned(.loads, by: carrier) where query.customerID == nil || entry.cells[loads.customer].text == query.customerID {
            figures.loads[entry.cells[loads.status].text ?? "", default: 0] += 1
            if let created = entry.cells[loads.created].instant { series.count(created) { $0.created += 1 } }
            guard let delivered = entry.cells[loads.delivered].instant, delivered >= query.from, delivered < query.until else { continue }
            series.count(delivered) { $0.delivered += 1 }
            figures.deliveries.count += 1
            if delivered <= entry.cells[loads.due].instant ?? .distantPast { figures.deliveries.onTime += 1 }
            figures.deliveries.revenue += Int64(((entry.cells[loads.rate].number ?? 0) * 100).rounded())
            if let picked = LoadColumns.pickedUp(entry.text) {
                transit = (transit.sum + Double(delivered.since(picked).microseconds) / 60e6, transit.count + 1)
            }
        }
        figures.deliveries.transitMinutes = transit.count == 0 ? nil : transit.sum / Double(transit.count)
        figures.vehicles = statuses(.vehicles, of: carrier)
        figures.drivers = statuses(.drivers, of: carrier)
        figures.violations = events.violations(from: query.from, until: query.until) { driver in
            carrier == nil || replica.entry(.drivers, driver)?.cell("carrier_id", of: .drivers).id == carrier
        }
        for (at, type, count) in events.counts(from: query.from, until: query.until, carrier: carrier) {
            figures.events[type, default: 0] += count
            series.count(max(at, query.from)) { $0.events += count }
        }
        figures.series = series.steps
        return figures
    }

    func performance(_ query: PerformanceQuery) throws(ReadFailure) -> PerformanceFigures {
        let loads = LoadColumns()
        var figures = PerformanceFigures()
        let (column, whose): (String, EntityID) =
            switch query.subject {
            case .carrier(let id): ("carrier_id", EntityID(id))
            case .driver(let id): ("driver_id", EntityID(id))
            }
        let delivered = replica.entries(.loads) { _, entry in
            guard entry.cell(column, of: .loads).id == whose, let at = entry.cells[loads.delivered].instant else { return false }
            return at >= query.from && at < query.until
        }
        figures.delivered = delivered.count
        figures.onTime = delivered.count {
            ($0.entry.cells[loads.delivered].instant ?? .distantFuture) <= ($0.entry.cells[loads.due].instant ?? .distantPast)
        }
        figures.violations = events.violations(from: query.from, until: query.until) { driver in
            if case .driver = query.subject { return driver == whose }
            return replica.entry(.drivers, driver)?.cell("carrier_id", of: .drivers).id == whose
        }
        return figures
    }

    private func owned(_ collection: Collection, by carrier: EntityID?) -> [(id: EntityID, entry: Replica.Entry)] {
        guard let carrier, let column = collection.columns.firstIndex(where: { $0.name == "carrier_id" }) else {
            return replica.entries(collection) { _, _ in true }
        }
        return replica.entries(collection) { _, entry in entry.cells[column].id == carrier }
    }

    private func statuses(_ collection: Collection, of carrier: EntityID?) -> [String: Int] {
        owned(collection, by: carrier).reduce(into: [:]) { counts, found in
            counts[found.entry.cell("status", of: collection).text ?? "", default: 0] += 1
        }
    }
}

/// The steps of a dashboard's time, none left out.
private struct StepSeries {
    private(set) var steps: [DashboardFigures.Step] = []
    private let query: DashboardQuery

    init(_ query: DashboardQuery) {
        self.query = query
        var at = query.from
        while at < query.until {
            steps.append(DashboardFigures.Step(at: at))
            at = at.advanced(by: query.step)
        }
    }

    mutating func count(_ instant: EventTime, _ body: (inout DashboardFigures.Step) -> Void) {
        guard instant >= query.from, instant < query.until else { return }
        let index = Int(instant.since(query.from).microseconds / query.step.microseconds)
        if index < steps.count { body(&steps[index]) }
    }
}

/// Where the columns of loads stand.
private struct LoadColumns {
    let status, created, delivered, due, rate, customer: Int

    init() {
        func index(_ name: String) -> Int { Collection.loads.columns.firstIndex { $0.name == name } ?? 0 }
        (status, created, delivered) = (index("status"), index("created_at"), index("delivered_at"))
        (due, rate, customer) = (index("delivery_datetime"), index("rate"), index("customer_id"))
    }

    /// When a load was picked up, as its history says.
    static func pickedUp(_ text: [UInt8]) -> EventTime? {
        let history = (try? JSON(parsing: text))?["status_history"]?.array ?? []
        return history.last { $0["status"]?.string == LoadStatus.pickedUp.rawValue }?["at"]?.string.flatMap { EventTime(rfc3339: $0) }
    }
}
