/// What deploying a plan would do to what runs: which jobs come, go, restart or stay, and which must not, since state would be lost or
/// misread. Shown by `plan`; `apply` goes ahead only where nothing is refused.
public struct PlanDifference: Hashable, Sendable {
    /// What becomes of a job.
    public enum Change: String, Hashable, Sendable {
        /// It begins, with empty state or what an earlier job of that name left.
        case added
        /// It stops; its state is kept until it is purged.
        case removed
        /// It restarts with its state.
        case changed
        /// It runs on.
        case unchanged
    }

    /// Why a job must not be deployed as it is, and what to do instead.
    public struct Refusal: Hashable, Sendable, CustomStringConvertible {
        /// The stage.
        public let stage: String
        /// The state, where it is about one.
        public let state: String?
        /// What would happen.
        public let reason: String
        /// What to do instead.
        public let remedy: String

        public var description: String { "stage \(stage)\(state.map { ", state \($0)" } ?? ""): \(reason); \(remedy)" }
    }

    /// One job.
    public struct Entry: Hashable, Sendable {
        /// Its name.
        public let job: String
        /// What becomes of it.
        public let change: Change
        /// What is worth knowing before: state that begins empty, versions that are migrated.
        public let notes: [String]
        /// Why it must not be deployed as it is; empty where it may.
        public let refusals: [Refusal]
    }

    /// The jobs, by name.
    public let entries: [Entry]

    /// The difference of a plan to the jobs that run now.
    public init(_ plan: TopologyPlan, against running: [RunningJob]) {
        self.init(plan.jobs.map { RunningJob($0) }, against: running)
    }

    init(_ declared: [RunningJob], against running: [RunningJob]) {
        var entries: [Entry] = []
        for job in declared {
            if let old = running.first(where: { $0.name == job.name }) {
                entries.append(PlanDifference.compare(old, job))
            } else {
                entries.append(Entry(job: job.name, change: .added, notes: [], refusals: []))
            }
        }
        for old in running where !declared.contains(where: { $0.name == old.name }) {
            let hasState = old.stages.contains { !$0.states.isEmpty }
            entries.append(
                Entry(job: old.name, change: .removed, notes: hasState ? ["its state is kept until it is purged"] : [], refusals: []))
        }
        self.entries = entries.sorted { $0.job < $1.job }
    }

    private static func compare(_ old: RunningJob, _ new: RunningJob) -> Entry {
        if old == new { return Entry(job: new.name, change: .unchanged, notes: [], refusals: []) }
        var check = StateCheck(old, new)
        check.run()
        return Entry(job: new.name, change: .changed, notes: check.notes, refusals: check.refusals)
    }

    /// Whether any job must not be deployed as it is.
    public var isRefused: Bool { entries.contains { !$0.refusals.isEmpty } }
}
