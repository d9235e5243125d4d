public import StreamCore

/// A fleet, its drivers and its users, lived forward through simulated time. It reads no clock and does no I/O.
///
/// The same settings give the same records, byte for byte, however the time is cut into calls.
public struct FleetSimulation: Sendable {
    private let settings: SimulationSettings
    private var trucks: [Truck]
    private var users: [AuditTraffic]
    private var due = EarliestFirst<Int>()
    private var outbox: Outbox
    /// How far it has lived.
    private var now: EventTime

    /// A fleet that stands at its docks at `settings.start`. The settings must be such as `check()` lets pass.
    public init(settings: SimulationSettings) {
        self.settings = settings
        now = settings.start
        outbox = Outbox(keepingTruth: settings.keepsTruth)
        var founding = SeededGenerator(seed: settings.seed, stream: 0)
        let carriers = (0..<(1 + max(0, settings.vehicles) / 50)).map { _ in founding.id(at: settings.start) }
        trucks = (0..<max(0, settings.vehicles)).map { index in
            var random = SeededGenerator(seed: settings.seed, stream: 2 * UInt64(index) + 1)
            let member = FleetMember(index: index, carriers: carriers, at: settings.start, using: &random)
            return Truck(member: member, settings: settings, random: random)
        }
        let known = max(0, settings.users)
        users = (0..<(known + (known + 19) / 20)).map { index in
            AuditTraffic(
                known: index < known, settings: settings,
                random: SeededGenerator(seed: settings.seed, stream: 2 * UInt64(index) + 2))
        }
        if settings.voice == .commands {
            var founding = Founding(settings, random: founding)
            founding.found(carriers, trucks, into: &outbox)
        }
        for (index, truck) in trucks.enumerated() { due.insert(index, at: truck.next, number: index) }
        for (index, user) in users.enumerated() { due.insert(trucks.count + index, at: user.next, number: trucks.count + index) }
    }

    /// The trucks and their drivers, for a runner that creates them in a system first.
    public var fleet: [FleetMember] { trucks.map(\.member) }

    /// Lives on to that instant and returns what is delivered until then and was not returned before, in the order of delivery.
    /// An instant that is already past returns nothing.
    public mutating func advance(to instant: EventTime) -> [SimulatedRecord] {
        while let (_, index) = due.removeFirst(dueBy: instant) {
            let next: EventTime
            if index < trucks.count {
                trucks[index].step(into: &outbox)
                next = trucks[index].next
            } else {
                users[index - trucks.count].step(into: &outbox)
                next = users[index - trucks.count].next
            }
            due.insert(index, at: next, number: index)
        }
        now = max(now, instant)
        return outbox.delivered(by: instant)
    }

    /// What the anomaly rule says of the audit records returned so far, as if the stream ended here; nothing where the truth is not kept.
    public var anomalies: AnomalyVerdict { settings.rule.judge(outbox.audit) }

    /// What a perfect detector says of everything up to here, in the order of its instants; nothing where the truth is not kept.
    public var truth: [TruthLine] {
        let verdict = anomalies
        let open = settings.keepsTruth ? trucks.flatMap { $0.excesses(at: now) + $0.detention(at: now) + $0.overdue(at: now) } : []
        let lines =
            outbox.events + open + verdict.alerts.map { $0.line(threshold: settings.rule.threshold) } + verdict.late.map(\.lateLine)
        return lines.sorted { ($0.at, $0.kind.rawValue, $0.entity) < ($1.at, $1.kind.rawValue, $1.entity) }
    }

    /// The truth as NDJSON, a line each, without newlines.
    public func truthLines() -> [[UInt8]] { truth.map(\.json) }
}
