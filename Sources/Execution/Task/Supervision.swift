internal import Dataflow
internal import StreamCore

/// What is to be done about a task's failures: decides, touches nothing.
///
/// A failure waits twice as long as the one before; too many in a row put the task into quarantine. A record that keeps failing, or whose
/// failure asks for it, is remembered and becomes a dead letter at the next try. What a task stands on may be away for as long as it likes:
/// that is waited for, and counts as no failure.
struct Supervision {
    struct Record: Hashable {
        let inlet: String
        let topic: String
        let partition: Int
        let offset: Offset
    }

    private let settings: EngineSettings
    private let attempts: Int
    private(set) var failures = 0
    /// Failures in a row that lead to quarantine: those that no record is to blame for, since a record's tries end with a dead letter.
    private var unexplained = 0
    private(set) var nextTry = EventTime.distantPast
    private(set) var isQuarantined = false
    /// What is waited for: why the last try ended, where that asked for no more than to wait.
    private(set) var awaits: String?
    private var waits = 0
    private(set) var lastFailure: (reason: String, at: EventTime)?
    private var suspects: [Record: StageProgram.PoisonReason] = [:]
    private(set) var poisoned: [Record: StageProgram.PoisonReason] = [:]

    init(settings: EngineSettings, attempts: Int) {
        self.settings = settings
        self.attempts = attempts
    }

    /// When a quarantine has lasted so long that nobody need wait any more.
    var holdEnds: EventTime { (lastFailure?.at ?? .distantFuture).advanced(by: settings.quarantineHold) }

    func mayTry(at now: EventTime) -> Bool { !isQuarantined && now >= nextTry }

    mutating func failed(_ failure: StageFailure, record: Record?, at now: EventTime) {
        lastFailure = (failure.reason, now)
        if failure.remedy == .wait {
            waits += 1
            awaits = failure.reason
            nextTry = wait(after: waits, from: now, atMost: settings.longestWait)
            return
        }
        awaits = nil
        failures += 1
        if let record, failure.blame != .system {
            let known = suspects[record]
            let reason = StageProgram.PoisonReason(
                reason: failure.reason, attempts: (known?.attempts ?? 0) + 1, firstSeen: known?.firstSeen ?? now)
            suspects[record] = reason
            if reason.attempts >= attempts || failure.remedy == .deadLetter {
                poisoned[record] = reason
                nextTry = now
                return
            }
            if failure.remedy == .retry, reason.attempts < settings.failuresToQuarantine {
                nextTry = wait(after: reason.attempts, from: now, atMost: settings.longestBackoff)
                return
            }
            unexplained = max(unexplained, reason.attempts - 1)
        }
        unexplained += 1
        nextTry = wait(after: unexplained, from: now, atMost: settings.longestBackoff)
        if unexplained >= settings.failuresToQuarantine || failure.remedy == .stop {
            isQuarantined = true
            nextTry = .distantFuture
        }
    }

    /// Twice as long each time, up to the longest.
    private func wait(after tries: Int, from now: EventTime, atMost longest: EventTime.Span) -> EventTime {
        let doubled = settings.firstBackoff.microseconds << min(tries - 1, 20)
        return now.advanced(by: EventTime.Span(microseconds: min(doubled, longest.microseconds)))
    }

    /// It runs again: what was waited for is there, until the next failure says otherwise.
    mutating func runs() { awaits = nil }

    /// Those records' dead letters have committed; the marker knows of them from then on.
    mutating func buried(_ records: [Record]) {
        for record in records {
            poisoned[record] = nil
            suspects[record] = nil
        }
    }

    /// A target refuses the rows of those records: they become dead letters at the next try, which need not be waited for.
    mutating func refused(_ records: [Record: String], at now: EventTime) {
        for (record, reason) in records { poisoned[record] = StageProgram.PoisonReason(reason: reason, attempts: 1, firstSeen: now) }
        failures += 1
        awaits = nil
        nextTry = now
    }

    /// An epoch has committed since.
    mutating func madeProgress() {
        failures = 0
        unexplained = 0
        waits = 0
        awaits = nil
    }
}
