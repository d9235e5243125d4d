internal import Dataflow
internal import EventLog
internal import Freight
internal import StreamCore

/// Follows the attempts that the owners of webhooks want made, in every process, and has those performed that are this process's.
///
/// It owes nothing. What it did not perform, or could not say the end of, the owner has made again; so it takes no more than it can hold
/// and remembers nothing across a start.
final class Courier: Resident {
    private let log: any EventLog
    private let desk: DeliveryDesk
    private var shift: Shift
    private var looked = EventTime.distantPast
    /// How often it looks who else is there.
    private static let lookEvery = EventTime.Span(.seconds(5))

    init(_ settings: CourierSettings, _ scope: ResidentScope) throws(StageFailure) {
        log = scope.log
        desk = DeliveryDesk(settings, scope.log, to: try scope.topic(of: Webhooks.performed), clock: scope.clock)
        shift = Shift(own: settings.instance)
    }

    func take(_ batch: RecordBatch, of partition: TopicPartition, from inlet: String) throws(StageFailure) {
        for record in batch.records {
            // What is no attempt of ours was put there by somebody else: nobody waits for it.
            guard let value = record.value, let attempt = try? Attempt(parsing: value), shift.isMine(attempt.line) else { continue }
            desk.take(attempt)
        }
    }

    func caughtUp() {}

    func tick(at now: EventTime) throws(StageFailure) {
        guard looked == .distantPast || now.since(looked) >= Courier.lookEvery else { return }
        looked = now
        // While the log does not say, those who were there are taken to be there.
        if let members = try? log.members() { shift.members = members.map(\.instance) }
    }

    func retire() { desk.close() }

    var isSettled: Bool { desk.isIdle }

    func end() { desk.stop() }
}

/// How attempts are performed, and for whom.
struct CourierSettings: Sendable {
    /// This process, among the members of the log; nil where it is alone.
    var instance: String?
    /// How many requests are made at a time.
    var threads = 16
    /// How many attempts are held; more are left to be made again.
    var mostHeld = 2_000
    /// How long a receiver may take.
    var timeout: Duration = .seconds(15)
    /// After which time a signature is so old that a receiver would refuse it.
    var staleAfter = EventTime.Span(.seconds(120))
}

/// Which lines are whose: each is performed by one of the processes there are, so that events of one entity do not race each other.
struct Shift {
    private let own: String?
    /// The processes there are; none where the log has one process alone.
    var members: [String] = []

    init(own: String?) { self.own = own }

    /// Whether a line is this process's: by the highest weight, so that a process that comes or goes moves its share alone.
    func isMine(_ line: EntityID) -> Bool {
        guard let own, !members.isEmpty else { return true }
        func weight(_ member: String) -> UInt64 { xxh3(Array(member.utf8) + [0] + line.utf8) }
        return members.max { (weight($0), $0) < (weight($1), $1) } == own
    }
}
