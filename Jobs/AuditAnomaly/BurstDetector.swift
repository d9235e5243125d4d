internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Judges each record of a user against those before it. Gets them in order, so what has left the window never comes back.
struct BurstDetector: KeyedProcess {
    private let rule: BurstRule
    private let users: ValueState<EntityID, UserActivity>

    init(_ rule: BurstRule, in scope: StateScope) {
        self.rule = rule
        users = scope.value("users")
    }

    mutating func process(
        _ record: AuditRecord, of user: EntityID, at time: EventTime, into out: inout Output<AnomalySuspected>
    ) throws(StageFailure) {
        if record.userID == nil { return }
        let rule = rule
        let alert = try users.update(user) { slot throws(StageFailure) -> AnomalySuspected? in
            var activity = slot.value.take() ?? UserActivity()
            defer {
                slot.expires = max(time.advanced(by: rule.window), activity.lastAlert.advanced(by: rule.coolDown))
                slot.value = activity
            }
            let start = time.advanced(by: -rule.window)
            activity.forget(through: start)
            if activity.contains(record.id) { return nil }
            activity.append(UserActivity.Entry(time: time, id: record.id))
            guard rule.scorer.isSuspicious(activity) else { return nil }
            if activity.lastAlert > .distantPast, time.since(activity.lastAlert) < rule.coolDown { return nil }
            activity.lastAlert = time
            return AnomalySuspected(
                userID: user, triggeredBy: record.id, count: activity.count, threshold: rule.scorer.threshold, rule: rule.scorer.name,
                windowStart: start, windowEnd: time, auditIDs: activity.ids)
        }
        if let alert { out.emit(alert, at: time) }
    }
}
