internal import Freight
internal import StreamCore

/// What counts as a burst, and how often one user is reported.
struct BurstRule: Sendable {
    /// How far back a record looks: (t − window, t].
    let window: EventTime.Span
    /// For how long after an alert the same user raises no other.
    let coolDown: EventTime.Span
    /// Who decides.
    let scorer: any AnomalyScorer
}

/// Decides whether what a user did within the window is suspicious. A model takes the rule's place by being one of these.
protocol AnomalyScorer: Sendable {
    /// What alerts name as their rule.
    var name: String { get }
    /// What alerts give as the threshold.
    var threshold: Int { get }
    /// Whether the last of `records`, one user's within the window in order of time, makes it too many. Called once a record.
    func isSuspicious(_ records: borrowing UserActivity) -> Bool
}

/// The contract's rule: more records than the threshold.
struct ThresholdScorer: AnomalyScorer {
    let name = "burst"
    let threshold: Int

    func isSuspicious(_ records: borrowing UserActivity) -> Bool { records.count > threshold }
}
