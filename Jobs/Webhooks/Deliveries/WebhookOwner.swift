internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// The webhooks of one task: what they are, what they are owed, and how it goes.
struct WebhookOwner: KeyedProcess {
    typealias Out = Output<WebhookDecision>

    let patience: Patience
    let webhooks: ValueState<EntityID, Webhook>
    let ledgers: ValueState<EntityID, Ledger>
    let lines: ValueState<EntityID, Line>
    /// Events that wait, by line and place.
    let waiting: ValueState<EntityID, PublicEvent>
    /// Events given up, by webhook and number.
    let failures: ValueState<EntityID, Failure>
    private let answers: ValueState<EntityID, KeptOutcome>
    /// By the clock: lines whose head is overdue or has rested, and webhooks whose figures are to be shown.
    let reminders: TimerState<EntityID>

    init(_ patience: Patience, in scope: StateScope) {
        self.patience = patience
        webhooks = scope.value("webhooks")
        ledgers = scope.value("ledgers")
        lines = scope.value("lines")
        waiting = scope.value("waiting")
        failures = scope.value("failures")
        answers = scope.value("answers", ttl: patience.answersKept)
        reminders = scope.timers("reminders")
    }

    var timers: TimerState<EntityID>? { reminders }

    mutating func process(_ mail: WebhookMail, of id: EntityID, at time: EventTime, into out: inout Out) throws(StageFailure) {
        switch mail {
        case .command(let command): try receive(command, into: &out)
        case .event(let event, let webhook):
            guard let webhook = try webhooks.value(for: webhook), webhook.isEnabled else { return }
            var ledger = try ledgers.value(for: webhook.id) ?? Ledger()
            try queue(event, for: webhook, &ledger, into: &out)
            try note(ledger, of: webhook.id, now: out.moment.now)
        case .outcome(let outcome): try end(outcome, into: &out)
        }
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Out) throws(StageFailure) {
        if var ledger = try ledgers.value(for: timer.key) {
            ledger.isShowDue = false
            try ledgers.set(ledger, for: timer.key)
            if let webhook = try webhooks.value(for: timer.key) { show(webhook, ledger, at: timer.time, into: &out) }
        } else if let line = try lines.value(for: timer.key), line.wake == timer.time {
            try wake(line, into: &out)
        }
    }

    /// Takes a command, or a repeat of one.
    private func receive(_ command: Command, into out: inout Out) throws(StageFailure) {
        if let kept = try answers.value(for: command.id) {
            if let reply = kept.reply(to: command) { out.emit(.reply(reply), at: command.time) }
            return
        }
        let outcome = try decide(command, into: &out)
        try answers.set(KeptOutcome(outcome, of: command), for: command.id)
        if let reply = outcome.reply(to: command) { out.emit(.reply(reply), at: command.time) }
    }

    private func decide(_ command: Command, into out: inout Out) throws(StageFailure) -> Reply.Outcome {
        guard command.entityType == .webhook else { return command.refused(.unsupported(command)) }
        var ledger = try ledgers.value(for: command.entityID) ?? Ledger()
        var old = try webhooks.value(for: command.entityID)
        old?.deliveries = ledger.document
        let step: Step
        do throws(Refusal) { step = try Step(command, on: old) } catch { return command.refused(error) }
        switch step {
        case .replay(let webhook, let events): return try replay(events, of: webhook, command, into: &out)
        case .change(let change):
            guard let entry = change.audit(of: command) else { return change.outcome(command) }
            var change = change
            if case .set(var next, let before) = change {
                if next.isEnabled, before?.isEnabled == false { (ledger.failingSince, ledger.disabled) = (nil, nil) }
                next.deliveries = ledger.document
                change = .set(next, since: before)
            }
            if let webhook = change.thing {
                try keep(webhook, ledger, at: command.time, into: &out)
            } else {
                try forget(command.entityID, ledger, at: command.time, into: &out)
            }
            out.emit(.audit(entry), at: command.time)
            return change.outcome(command)
        }
    }

    /// Notes how a webhook is now, and shows it.
    func keep(_ webhook: Webhook, _ ledger: Ledger, at time: EventTime, into out: inout Out) throws(StageFailure) {
        try webhooks.set(webhook, for: webhook.id)
        try ledgers.set(ledger, for: webhook.id)
        show(webhook, ledger, at: time, into: &out)
    }

    /// Forgets a webhook with what could be replayed. Its queues go when they wake.
    private func forget(_ id: EntityID, _ ledger: Ledger, at time: EventTime, into out: inout Out) throws(StageFailure) {
        try webhooks.set(nil, for: id)
        try ledgers.set(nil, for: id)
        for number in ledger.oldest..<ledger.newest { try failures.set(nil, for: Ledger.place(id, number)) }
        out.emit(.row(WebhookRow(id: id, webhook: nil)), at: time)
    }

    private func show(_ webhook: Webhook, _ ledger: Ledger, at time: EventTime, into out: inout Out) {
        var webhook = webhook
        webhook.deliveries = ledger.document
        out.emit(.row(WebhookRow(id: webhook.id, webhook: webhook)), at: time)
    }

    /// Has a webhook's figures shown before long: one row for many deliveries.
    func note(_ ledger: Ledger, of webhook: EntityID, now: EventTime) throws(StageFailure) {
        var ledger = ledger
        if !ledger.isShowDue {
            ledger.isShowDue = true
            reminders.set(Timer(webhook, at: now.advanced(by: patience.showEvery), by: .processingTime))
        }
        try ledgers.set(ledger, for: webhook)
    }
}

/// What a command for a webhook comes to.
private enum Step {
    case change(PlainChange<Webhook>)
    /// Send again what failed; of these events, or of all where none is named.
    case replay(Webhook, [EntityID])

    init(_ command: Command, on webhook: Webhook?) throws(Refusal) {
        guard command.type == .replay else {
            self = .change(try PlainChange(of: webhook, by: command))
            return
        }
        let webhook = try CommandRules.subject(webhook, of: command)
        guard webhook.isEnabled else {
            throw Refusal(409, "WEBHOOK_DISABLED", "the webhook is disabled; set enabled to true, then replay")
        }
        var events: [EntityID] = []
        if let given = command.body["event_ids"], given != .null {
            do throws(Complaint) { events = try [EntityID].read(given) } catch { throw .invalid("event_ids", error.issue) }
            if events.isEmpty { throw .invalid("event_ids", "must name at least one event, or be left out for all of them") }
        }
        self = .replay(webhook, events)
    }
}
