internal import StreamCore

/// One user's audit records: ordinary acts as a Poisson process, and now and then a pattern at an edge of the anomaly rule.
///
/// Records on time are delivered within the lateness bound after they happen, in any order; a late one always behind a younger record of
/// the same user that makes it late. So what is late does not depend on how users are spread over partitions.
struct AuditTraffic: Sendable {
    private let user: String?
    private let settings: SimulationSettings
    private let wholeMilliseconds: Bool
    private var random: SeededGenerator
    private var now: EventTime

    /// A record to be written: how long after the act began, and how long its delivery takes, in microseconds.
    struct Act: Sendable {
        let after: Int64
        let delay: Int64
        var mayRepeat = true
    }

    /// The traffic of one user; of people nobody knows where `known` is false.
    init(known: Bool, settings: SimulationSettings, random: SeededGenerator) {
        self.settings = settings
        self.random = random
        user = known ? self.random.id(at: settings.start) : nil
        wholeMilliseconds = self.random.chance(0.5)
        now = settings.start
        wait()
    }

    /// When the user acts next.
    var next: EventTime { now }

    /// The user acts.
    mutating func step(into outbox: inout Outbox) {
        let acts: [Act]
        if user != nil, random.chance(settings.lateAuditShare) {
            acts = AuditPattern.late(settings.rule, using: &random)
        } else if random.chance(settings.burstShare) {
            acts = AuditPattern.drawn(settings.rule, using: &random)
        } else {
            acts = [Act(after: 0, delay: AuditPattern.promptDelay(settings.rule, using: &random))]
        }
        for act in acts { publish(act, into: &outbox) }
        wait()
    }

    private mutating func wait() {
        let later = now.advanced(seconds: random.exponential(mean: settings.userIntervalSeconds)).microseconds
        now = EventTime(microseconds: wholeMilliseconds ? (later + 999) / 1_000 * 1_000 : later)
    }

    private mutating func publish(_ act: Act, into outbox: inout Outbox) {
        let after = wholeMilliseconds ? act.after / 1_000 * 1_000 : act.after
        let time = now.advanced(microseconds: after)
        let id = random.id(at: time)
        let record = AuditRecord(id: id, user: user, time: time, using: &random)
        deliver(record, at: time.advanced(microseconds: act.delay), into: &outbox)
        let lateness = settings.rule.lateness.microseconds
        guard act.mayRepeat, act.delay <= lateness, random.chance(settings.duplicateShare) else { return }
        let again = act.delay + Int64(random.unit() * Double(lateness - act.delay))
        deliver(record, at: time.advanced(microseconds: again), into: &outbox)
    }

    private func deliver(_ record: AuditRecord, at arrival: EventTime, into outbox: inout Outbox) {
        outbox.publish(
            record.delivery(at: arrival), of: AuditObservation(id: record.id, user: user, time: record.time, arrival: arrival))
    }
}
