internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Decides about the keys of one task, one command after the other.
struct KeyOwner: KeyedProcess {
    private let keys: ValueState<EntityID, APIKey>
    /// Answers by command, for those that come again.
    private let answers: ValueState<EntityID, KeptOutcome>

    init(answersKept: EventTime.Span, in scope: StateScope) {
        keys = scope.value("keys")
        answers = scope.value("answers", ttl: answersKept)
    }

    mutating func process(
        _ command: Command, of id: EntityID, at time: EventTime, into out: inout Output<KeyDecision>
    ) throws(StageFailure) {
        if let kept = try answers.value(for: command.id) {
            if let reply = kept.reply(to: command) { out.emit(.reply(reply), at: time) }
            return
        }
        let outcome = try decide(command, into: &out)
        try answers.set(KeptOutcome(outcome, of: command), for: command.id)
        if let reply = outcome.reply(to: command) { out.emit(.reply(reply), at: time) }
    }

    private func decide(_ command: Command, into out: inout Output<KeyDecision>) throws(StageFailure) -> Reply.Outcome {
        guard command.entityType == .apiKey else { return command.refused(.unsupported(command)) }
        let old = try keys.value(for: command.entityID)
        let change: PlainChange<APIKey>
        do throws(Refusal) {
            change = try PlainChange(of: old, by: command) { key throws(Refusal) in try KeyOwner.check(&key, old, command) }
        } catch {
            return command.refused(error)
        }
        if let entry = change.audit(of: command) {
            try keys.set(change.thing, for: command.entityID)
            out.emit(.row(KeyRow(id: command.entityID, key: change.thing)), at: command.time)
            out.emit(.audit(entry), at: command.time)
        }
        return change.outcome(command)
    }

    /// A new key has what its maker says of its text; an older one keeps what it had.
    private static func check(_ key: inout APIKey, _ old: APIKey?, _ command: Command) throws(Refusal) {
        if let expires = key.expiresAt, expires <= command.time, expires != old?.expiresAt {
            throw .invalid("expires_at", "must be later than now")
        }
        guard old == nil else { return }
        guard let prefix = command.body["prefix"]?.string, let digest = command.body["digest"]?.string, isDigest(digest) else {
            throw .invalid("digest", "must be the SHA-256 digest of the key's text, in 64 hexadecimal digits, with its prefix beside it")
        }
        (key.prefix, key.digest) = (prefix, Sealed(digest))
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 }
    }
}
