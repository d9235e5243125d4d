internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// From a command to its answer: repeats, idempotency keys, grants, and the answer that is kept.
extension Owners {
    /// Takes a command, or a repeat of one.
    func receive(_ command: Command, into out: inout Out) throws(StageFailure) {
        guard var kept = try registry.answers.value(for: command.id) else { return try carryOut(command, into: &out) }
        guard kept.answers(command) else { return answer(command, command.refused(.keyReused), into: &out) }
        if let outcome = kept.outcome, kept.isAnswered { return answer(command, outcome, isRepeated: true, into: &out) }
        guard let waiter = KeptAnswer.waiter(of: command), !kept.waiters.contains(waiter) else { return }
        if command.hasIdempotencyKey { return answer(command, command.refused(.inProgress), into: &out) }
        kept.waiters.append(waiter)
        try registry.answers.set(kept, for: command.id)
    }

    /// Judges a command, now or again with another grant, and does what the verdict asks.
    func carryOut(_ command: Command, into out: inout Out) throws(StageFailure) {
        let desk = try registry.desks.value(for: command.entityID)
        var verdict = try keyVerdict(command, desk?.granted ?? [])
        if verdict == nil { verdict = try judge(command, desk?.granted ?? [], into: &out) }
        switch verdict {
        case .needs(let grants): try wait(command, for: grants, desk ?? Desk(), into: &out)
        case .refused(let refusal): try settle(command, command.refused(refusal), into: &out)
        case .done(let outcome, let awaiting): try settle(command, outcome, awaiting: awaiting, into: &out)
        case .waits: try remember(command)
        case nil: break
        }
        guard desk != nil, try registry.desks.value(for: command.entityID) != nil else { return }
        if case .needs = verdict { return }
        try leaveDesk(command, into: &out)
    }

    /// A key may be used for one request. The request that creates something is owned by the same id as its key; any other asks.
    private func keyVerdict(_ command: Command, _ granted: [Grant]) throws(StageFailure) -> Verdict? {
        guard command.hasIdempotencyKey else { return nil }
        let grant = Grant.key(command.id, digest: command.digest)
        if granted.contains(grant) { return nil }
        guard command.id == command.entityID else { return .needs([grant]) }
        return try use(command.id, KeyUse(entityID: command.entityID, digest: command.digest)) ? nil : .refused(.keyReused)
    }

    /// Notes the use of a key; false where it was used for another request.
    func use(_ key: EntityID, _ use: KeyUse) throws(StageFailure) -> Bool {
        if let known = try registry.keys.value(for: key) { return known == use }
        try registry.keys.set(use, for: key)
        return true
    }

    private func wait(_ command: Command, for grants: [Grant], _ desk: Desk, into out: inout Out) throws(StageFailure) {
        var desk = desk
        try remember(command)
        for grant in desk.park(command, wants: grants) { request(grant, for: command, into: &out) }
        for case .numbers(let prefix) in grants { try waitForNumbers(prefix, command, into: &out) }
        try registry.desks.set(desk, for: command.entityID)
    }

    /// Keeps that a command is in progress.
    func remember(_ command: Command) throws(StageFailure) {
        if try registry.answers.value(for: command.id) == nil { try registry.answers.set(KeptAnswer(command), for: command.id) }
    }

    /// Keeps what was decided, and answers once everyone awaited has followed. Failures of ours are not kept: the same request may try again.
    func settle(
        _ command: Command, _ outcome: Reply.Outcome, awaiting: [EntityID] = [], into out: inout Out
    ) throws(StageFailure) {
        if command.isFromDatabase {
            if let refusal = outcome.refusal { out.emit(.refused(RefusedCommand(command: command, refusal: refusal)), at: command.time) }
            try showAgain(command, into: &out)
        }
        var kept = try registry.answers.value(for: command.id) ?? KeptAnswer(command)
        kept.outcome = outcome
        kept.awaited = awaiting
        if kept.isAnswered {
            try close(&kept, command.id, at: command.time, into: &out)
        } else {
            registry.reminders.set(Timer(command.id, at: out.moment.now.advanced(by: patience.answerWithin), by: .processingTime))
            try registry.answers.set(kept, for: command.id)
        }
    }

    /// Answers everyone who waits.
    private func close(_ kept: inout KeptAnswer, _ command: EntityID, at time: EventTime, into out: inout Out) throws(StageFailure) {
        guard let outcome = kept.outcome else { return }
        for waiter in kept.waiters {
            let reply = Reply(commandID: command, replyTo: waiter.replyTo, correlationID: waiter.correlationID, outcome: outcome)
            out.emit(.reply(reply), at: time)
        }
        kept.waiters = []
        kept.awaited = []
        try registry.answers.set(outcome.status >= 500 ? nil : kept, for: command)
    }

    /// Somebody has done what a load said; `then` may be awaited instead. Answers when that was the last one.
    func followed(_ message: Message, then next: EntityID? = nil, into out: inout Out) throws(StageFailure) {
        guard var kept = try registry.answers.value(for: message.cause), kept.outcome != nil, kept.awaited.contains(message.from) else {
            return
        }
        kept.awaited.removeAll { $0 == message.from }
        if let next { kept.awaited.append(next) }
        if kept.awaited.isEmpty {
            try close(&kept, message.cause, at: message.time, into: &out)
        } else {
            try registry.answers.set(kept, for: message.cause)
        }
    }

    /// The clock says that a command has been in progress for long: an assignment is given up, an answer goes out at once.
    func hurry(_ command: EntityID, into out: inout Out) throws(StageFailure) {
        guard var kept = try registry.answers.value(for: command), !kept.isAnswered else { return }
        if kept.outcome != nil { return try close(&kept, command, at: kept.time, into: &out) }
        try giveUp(command, of: kept.entityID, into: &out)
    }

    private func answer(_ command: Command, _ outcome: Reply.Outcome, isRepeated: Bool = false, into out: inout Out) {
        guard let replyTo = command.replyTo else { return }
        let reply = Reply(
            commandID: command.id, replyTo: replyTo, correlationID: command.correlationID, outcome: outcome, isRepeated: isRepeated)
        out.emit(.reply(reply), at: command.time)
    }
}

extension Refusal {
    /// 409: the first request with the key has not been answered.
    static var inProgress: Refusal {
        Refusal(409, "REQUEST_IN_PROGRESS", "a request with this idempotency key is in progress; ask again when it has been answered")
    }
}
