internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// The owners of one task's loads, vehicles, drivers, carriers and routes: each thing's commands and messages pass through one of them,
/// one after the other, so what it decides holds.
struct Owners: KeyedProcess {
    typealias Out = Output<Decision>

    let registry: Registry
    let patience: Patience

    init(_ patience: Patience, in scope: StateScope) {
        self.patience = patience
        registry = Registry(in: scope, answersKept: patience.answersKept)
    }

    var timers: TimerState<EntityID>? { registry.reminders }

    mutating func process(_ mail: Mail, of id: EntityID, at time: EventTime, into out: inout Out) throws(StageFailure) {
        switch mail {
        case .command(let command): try receive(command, into: &out)
        case .message(let message): try receive(message, into: &out)
        case .hours(let row): try registry.hours.set(row.value, for: row.driverID)
        }
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Out) throws(StageFailure) {
        try ask(timer.key, into: &out)
        try hurry(timer.key, into: &out)
    }

    /// Judges a command whose time has come, by the kind of thing that it is about.
    func judge(_ command: Command, _ granted: [Grant], into out: inout Out) throws(StageFailure) -> Verdict {
        switch command.entityType {
        case .load: try judge(load: command, granted, into: &out)
        case .vehicle: try judge(vehicle: command, granted, into: &out)
        case .driver: try judge(driver: command, granted, into: &out)
        case .carrier: try judge(carrier: command, into: &out)
        case .route: try judge(route: command, into: &out)
        case .system, .user, .apiKey, .webhook, .event: .refused(.unsupported(command))
        }
    }

    private func receive(_ message: Message, into out: inout Out) throws(StageFailure) {
        switch message.step {
        case .reserve: try reserve(message, into: &out)
        case .confirm: try confirm(message, into: &out)
        case .release: try release(message, into: &out)
        case .follow: try follow(message, into: &out)
        case .look: try look(message, into: &out)
        case .reserved, .refused: try hear(message, into: &out)
        case .ask: try tell(message, into: &out)
        case .done: try note(message, into: &out)
        case .planned: try tie(message, into: &out)
        case .claim: try claim(message, into: &out)
        case .leave: try leave(message)
        case .granted, .taken: try settleGrant(message, into: &out)
        case .numbers: try takeNumbers(message, into: &out)
        }
    }

    func send(_ message: Message, into out: inout Out) { out.emit(.message(message), at: message.time) }
}

/// How long owners wait, and how long they remember.
struct Patience: Sendable {
    /// How long answers are given again.
    let answersKept: EventTime.Span
    /// After which time a vehicle or driver that is reserved asks its load.
    let askAfter: EventTime.Span
    /// After which time a load gives up an assignment that it has not heard all answers for.
    let assignWithin: EventTime.Span
    /// After which time an answer goes out although not everyone has followed yet.
    let answerWithin: EventTime.Span
}
