internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// What becomes of events that a webhook is owed: queued, sent, repeated, delivered or given up.
extension WebhookOwner {
    /// Takes an event to the end of its queue; it is sent at once where it is alone.
    func queue(_ event: PublicEvent, for webhook: Webhook, _ ledger: inout Ledger, into out: inout Out) throws(StageFailure) {
        guard ledger.waiting < patience.mostWaiting else {
            return try giveUp(event, of: webhook.id, "more than \(patience.mostWaiting) events wait", attempts: 0, &ledger, into: &out)
        }
        var line =
            try lines.value(for: Line.id(webhook.id, event.entityID))
            ?? Line(webhook: webhook.id, entity: event.entityID, now: out.moment.now)
        try waiting.set(event, for: line.place(line.next))
        line.next += 1
        ledger.waiting += 1
        if line.count == 1 { return try send(&line, webhook, into: &out) }
        try lines.set(line, for: line.id)
    }

    /// Takes how an attempt ended; one of a request that is not the last of its line means nothing any more.
    func end(_ outcome: Outcome, into out: inout Out) throws(StageFailure) {
        guard var line = try lines.value(for: Line.id(outcome.webhook, outcome.entity)), line.isSent, line.serial == outcome.serial else {
            return
        }
        reminders.cancel(Timer(line.id, at: line.wake, by: .processingTime))
        guard let webhook = try webhooks.value(for: line.webhook), webhook.isEnabled else { return try drop(line, into: &out) }
        var ledger = try ledgers.value(for: webhook.id) ?? Ledger()
        let now = out.moment.now
        switch outcome.end {
        case .stale: return try send(&line, webhook, into: &out)
        case .answered(let status, _) where (200...299).contains(status):
            ledger.delivered += 1
            ledger.deliveredAt = now
            (ledger.failingSince, ledger.error) = (nil, nil)
            try note(ledger, of: webhook.id, now: now)
            try advance(&line, webhook, into: &out)
        case .answered(let status, let retryAfter):
            try fail(&line, webhook, &ledger, "it answered \(status)", isGone: status == 410, retryAfter: retryAfter, into: &out)
        case .unanswered(let reason):
            try fail(&line, webhook, &ledger, reason, isGone: false, retryAfter: nil, into: &out)
        }
    }

    /// The clock says that a line's head has rested, or that its outcome does not come: it is sent, or sent again under the same id.
    func wake(_ line: Line, into out: inout Out) throws(StageFailure) {
        guard let webhook = try webhooks.value(for: line.webhook), webhook.isEnabled else { return try drop(line, into: &out) }
        var line = line
        try send(&line, webhook, into: &out)
    }

    private func send(_ line: inout Line, _ webhook: Webhook, into out: inout Out) throws(StageFailure) {
        guard let event = try waiting.value(for: line.place(line.first)) else {
            throw StageFailure("sending what waits for \(line.id): it is not kept", blame: .job, remedy: .stop)
        }
        let now = out.moment.now
        line.serial += 1
        line.isSent = true
        try rest(&line, until: now.advanced(by: patience.outcomeWithin))
        out.emit(
            .attempt(Attempt(event, to: webhook, serial: line.serial, isPrivateAllowed: patience.reachesPrivate, now: now)), at: now)
    }

    private func rest(_ line: inout Line, until instant: EventTime) throws(StageFailure) {
        line.wake = instant
        reminders.set(Timer(line.id, at: instant, by: .processingTime))
        try lines.set(line, for: line.id)
    }

    /// The head is done with: the next one goes out, or the line ends.
    private func advance(_ line: inout Line, _ webhook: Webhook, into out: inout Out) throws(StageFailure) {
        try waiting.set(nil, for: line.place(line.first))
        if var ledger = try ledgers.value(for: webhook.id) {
            ledger.waiting -= 1
            try ledgers.set(ledger, for: webhook.id)
        }
        line.first += 1
        line.failures = 0
        if line.count > 0 { try send(&line, webhook, into: &out) } else { try lines.set(nil, for: line.id) }
    }

    private func fail(
        _ line: inout Line, _ webhook: Webhook, _ ledger: inout Ledger, _ reason: String, isGone: Bool, retryAfter: Int?,
        into out: inout Out
    ) throws(StageFailure) {
        let now = out.moment.now
        let since = ledger.failingSince ?? now
        ledger.failingSince = since
        ledger.failedAt = now
        ledger.error = reason
        line.failures += 1
        if isGone || now.since(since) >= patience.disableAfter {
            try disable(webhook, ledger, isGone ? "its receiver says that it is gone (410)" : reason, since: since, into: &out)
            return try drop(line, into: &out)
        }
        guard let event = try waiting.value(for: line.place(line.first)) else { return try lines.set(nil, for: line.id) }
        if line.failures >= patience.attempts {
            try giveUp(event, of: webhook.id, reason, attempts: line.failures, &ledger, into: &out)
            try note(ledger, of: webhook.id, now: now)
            return try advance(&line, webhook, into: &out)
        }
        try note(ledger, of: webhook.id, now: now)
        var span = patience.rest(after: line.failures, of: event.id)
        if let retryAfter { span = max(span, min(.init(.seconds(max(0, retryAfter))), patience.longestRest)) }
        line.isSent = false
        try rest(&line, until: now.advanced(by: span))
    }

    /// Disables a webhook and says so. What waits for it is given up as its lines wake.
    private func disable(
        _ webhook: Webhook, _ ledger: Ledger, _ reason: String, since: EventTime, into out: inout Out
    ) throws(StageFailure) {
        let now = out.moment.now
        var (webhook, ledger) = (webhook, ledger)
        webhook.isEnabled = false
        webhook.version += 1
        webhook.updatedAt = max(now, webhook.updatedAt)
        ledger.disabled = reason
        try keep(webhook, ledger, at: now, into: &out)
        out.emit(.alert(Alert(webhook: webhook.id, reason: reason, since: since, time: now)), at: now)
    }

    /// Ends a line whose webhook takes nothing any more: what waited can be replayed, unless the webhook is gone.
    private func drop(_ line: Line, into out: inout Out) throws(StageFailure) {
        var ledger = try ledgers.value(for: line.webhook)
        for number in line.first..<line.next {
            let place = line.place(number)
            if let event = try waiting.value(for: place), ledger != nil {
                let attempts = number == line.first ? line.failures : 0
                var known = ledger ?? Ledger()
                try giveUp(event, of: line.webhook, "the webhook is disabled", attempts: attempts, &known, into: &out)
                known.waiting -= 1
                ledger = known
            }
            try waiting.set(nil, for: place)
        }
        try lines.set(nil, for: line.id)
        if let ledger { try note(ledger, of: line.webhook, now: out.moment.now) }
    }

    private func giveUp(
        _ event: PublicEvent, of webhook: EntityID, _ reason: String, attempts: Int, _ ledger: inout Ledger, into out: inout Out
    ) throws(StageFailure) {
        let now = out.moment.now
        let failure = Failure(webhook: webhook, event: event, reason: reason, attempts: attempts, time: now)
        ledger.failed += 1
        try failures.set(failure, for: Ledger.place(webhook, ledger.newest))
        ledger.newest += 1
        while ledger.newest - ledger.oldest > patience.failedKept {
            try failures.set(nil, for: Ledger.place(webhook, ledger.oldest))
            ledger.oldest += 1
        }
        out.emit(.failure(failure), at: now)
    }

    /// Queues what was given up once more, in the order in which it was; the answer says how the webhook stands then.
    func replay(
        _ events: [EntityID], of webhook: Webhook, _ command: Command, into out: inout Out
    ) throws(StageFailure) -> Reply.Outcome {
        var ledger = try ledgers.value(for: webhook.id) ?? Ledger()
        let wanted = Set(events)
        var kept: [Failure] = []
        var chosen: [Failure] = []
        for number in ledger.oldest..<ledger.newest {
            let place = Ledger.place(webhook.id, number)
            if let failure = try failures.value(for: place) {
                if wanted.isEmpty || wanted.contains(failure.event.id) { chosen.append(failure) } else { kept.append(failure) }
            }
            try failures.set(nil, for: place)
        }
        ledger.oldest = ledger.newest
        for failure in kept {
            try failures.set(failure, for: Ledger.place(webhook.id, ledger.newest))
            ledger.newest += 1
        }
        for failure in chosen { try queue(failure.event, for: webhook, &ledger, into: &out) }
        try keep(webhook, ledger, at: command.time, into: &out)
        if !chosen.isEmpty {
            let changes = RawJSON.object { json in
                json.object("replayed") { change in
                    change.nullable("old", Int?.none)
                    change.field("new", chosen.count)
                }
            }
            out.emit(.audit(AuditEntry(of: command, .update, changes: changes)), at: command.time)
        }
        var shown = webhook
        shown.deliveries = ledger.document
        return Reply.Outcome(
            status: 200, entityType: .webhook, entityID: webhook.id, version: webhook.version, entity: shown.text)
    }
}
