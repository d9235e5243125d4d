public import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// Owns webhooks, and sees to it that each gets its events: at least once, in order for one entity, signed.
///
/// What a webhook is owed is state like any other: a queue for each entity, whose head is on its way or rests until its next attempt. The
/// owners make no request themselves. They write each attempt to the outlet `attempts`; a courier, which runs in every process, performs
/// those that are its own and says how they ended on the inlet `outcomes`. An attempt whose outcome does not come is made again, so a
/// courier that dies loses nothing, and the receiver may get the same event twice, under the same id.
public struct Webhooks: Job {
    public static let name = "webhooks"
    public static let summary = "owns webhooks: queues, signs, repeats and gives up what each is owed"

    static let commands = Inlet<Command>("commands")
    static let outcomes = Inlet<Outcome>("outcomes")
    static let registrations = Inlet<Registration>("registrations")
    static let rows = Outlet<WebhookRow>("webhooks")
    static let attempts = Outlet<Attempt>("attempts")
    static let failed = Outlet<Failure>("failed")
    static let alerts = Outlet<Alert>("alerts")
    static let audit = Outlet<AuditEntry>("audit")
    static let replies = Outlet<Reply>("replies")
    /// The same topics once more, from the courier's side.
    static let due = Inlet<Attempt>("due")
    static let performed = Outlet<Outcome>("performed")

    /// The inlets of events, each with the field that its topic is keyed by.
    static let events = [
        ("loads", "load_id"), ("vehicles", "vehicle_id"), ("tracking", "vehicle_id"), ("drivers", "driver_id"), ("routes", "route_id"),
        ("carriers", "carrier_id"), ("alerts", "entity_id"), ("predictions", "entity_id"), ("anomalies", "user_id"),
    ]
    /// The inlets of snapshots that say whose the things are of which events do not: likewise.
    static let snapshots = [("entities-vehicles", "vehicle_id"), ("entities-drivers", "driver_id"), ("entities-routes", "route_id")]

    private let patience: Patience
    private let courier: CourierSettings

    /// The job of those settings. `instance` is what the process is known by among those that share the log; nil where it is alone.
    public init(settings: inout SettingsReader, in instance: String?) throws(SettingsFailure) {
        var courier = CourierSettings(instance: instance)
        courier.threads = settings.integer("threads", default: courier.threads, in: 1...256)
        courier.timeout = settings.duration("timeout", default: courier.timeout, atLeast: .milliseconds(10))
        self.courier = courier
        patience = Patience(
            firstRest: .init(settings.duration("first-rest", default: .seconds(5), atLeast: .milliseconds(1))),
            longestRest: .init(settings.duration("longest-rest", default: .seconds(21_600), atLeast: .milliseconds(1))),
            attempts: settings.integer("attempts", default: 12, in: 1...100),
            outcomeWithin: .init(settings.duration("outcome-within", default: .seconds(60), atLeast: .milliseconds(1))),
            disableAfter: .init(settings.duration("disable-after", default: .seconds(432_000), atLeast: .milliseconds(1))),
            showEvery: .init(settings.duration("show-every", default: .seconds(10), atLeast: .milliseconds(1))),
            answersKept: .init(settings.duration("answers-kept", default: .seconds(86_400), atLeast: .seconds(1))),
            mostWaiting: settings.integer("most-waiting", default: 10_000, in: 1...10_000_000),
            failedKept: settings.integer("failed-kept", default: 1_000, in: 0...100_000),
            reachesPrivate: settings.flag("private-addresses", default: false))
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let patience = patience
        let registrations = flow.broadcast(Self.registrations, decoding: { RegistrationDecoder() })
        let events = Self.events.map { name, key in
            flow.from(Inlet<Occurrence>(name), decoding: { HappeningDecoder() }).keyed("of-\(name)", by: key) { $0.entityID }
        }
        let snapshots = Self.snapshots.map { name, key in
            flow.from(Inlet<Occurrence>(name), decoding: { BelongingDecoder() }).keyed("of-\(name)", by: key) { $0.entityID }
        }
        let all = (events + snapshots).dropFirst().enumerated().reduce(events[0]) { both, next in
            both.merged("and-\(next.offset + 1)", with: next.element)
        }
        let owed = all.processed("addressed", with: registrations) { Addressing(in: $0.state) }
            .keyed("owners", by: "webhook_id") { $0.receiver }
        let commands = flow.from(Self.commands, decoding: { CommandDecoder() }, timedBy: \.time)
            .mapped("requests") { command throws(StageFailure) in WebhookMail.command(command) }
            .keyed("requested", by: "entity_id") { $0.receiver }
        let outcomes = flow.from(Self.outcomes, decoding: { OutcomeDecoder() })
            .mapped("ends") { outcome throws(StageFailure) in WebhookMail.outcome(outcome) }
            .keyed("ended", by: "webhook_id") { $0.receiver }

        let decided = owed.merged("with-requests", with: commands).merged("with-ends", with: outcomes)
            .processed("decided") { WebhookOwner(patience, in: $0.state) }
        decided.flatMapped("rows") { decision throws(StageFailure) in decision.rows }.into(Self.rows, encoding: { WebhookRowEncoder() })
        decided.flatMapped("due") { decision throws(StageFailure) in decision.attempts }.into(Self.attempts, encoding: { AttemptEncoder() })
        decided.flatMapped("failures") { decision throws(StageFailure) in decision.failures }
            .into(Self.failed, encoding: { FailureEncoder() })
        decided.flatMapped("alarms") { decision throws(StageFailure) in decision.alerts }.into(Self.alerts, encoding: { AlertEncoder() })
        decided.flatMapped("changes") { decision throws(StageFailure) in decision.audits }
            .into(Self.audit, encoding: { AuditEntryEncoder() })
        decided.flatMapped("answers") { decision throws(StageFailure) in decision.replies }.into(Self.replies, encoding: { ReplyEncoder() })

        let courier = courier
        flow.resident("courier", following: [Self.due], writing: [Self.performed]) { scope throws(StageFailure) in
            try Courier(courier, scope)
        }
    }
}

/// How long deliveries are tried, and how much is kept of them.
struct Patience: Sendable {
    /// How long the first rest after a failure is; each next one is four times as long, up to `longestRest`.
    let firstRest: EventTime.Span
    let longestRest: EventTime.Span
    /// How often one event is tried.
    let attempts: Int
    /// After which time an attempt without an outcome is made again.
    let outcomeWithin: EventTime.Span
    /// For how long everything must have failed before a webhook is disabled.
    let disableAfter: EventTime.Span
    /// How often a webhook's figures are shown at the most.
    let showEvery: EventTime.Span
    let answersKept: EventTime.Span
    /// How many events may wait for one webhook.
    let mostWaiting: Int
    /// How many failed events of one webhook can be replayed.
    let failedKept: Int
    /// Whether deliveries may go to addresses that only this network reaches.
    let reachesPrivate: Bool

    /// How long to rest after the attempt of that number failed. The jitter follows from the event, so that it is the same after a crash.
    func rest(after attempt: Int, of event: EntityID) -> EventTime.Span {
        let growth = firstRest.microseconds.multipliedReportingOverflow(by: 1 << (2 * min(attempt - 1, 20)))
        let whole = growth.overflow ? longestRest.microseconds : min(growth.partialValue, longestRest.microseconds)
        let share = Int64(xxh3(event.utf8 + [UInt8(truncatingIfNeeded: attempt)]) % 401)
        return EventTime.Span(microseconds: max(1, whole / 1_000 * (800 + share) + whole % 1_000))
    }
}

/// What follows from what comes to an owner of webhooks.
enum WebhookDecision: Sendable {
    case row(WebhookRow)
    case attempt(Attempt)
    case failure(Failure)
    case alert(Alert)
    case audit(AuditEntry)
    case reply(Reply)

    var rows: [WebhookRow] { if case .row(let row) = self { [row] } else { [] } }
    var attempts: [Attempt] { if case .attempt(let attempt) = self { [attempt] } else { [] } }
    var failures: [Failure] { if case .failure(let failure) = self { [failure] } else { [] } }
    var alerts: [Alert] { if case .alert(let alert) = self { [alert] } else { [] } }
    var audits: [AuditEntry] { if case .audit(let entry) = self { [entry] } else { [] } }
    var replies: [Reply] { if case .reply(let reply) = self { [reply] } else { [] } }
}
