internal import KeyedState

/// Whether a job's new form can take over what its old form keeps.
struct StateCheck {
    private let old: RunningJob
    private let new: RunningJob
    private(set) var notes: [String] = []
    private(set) var refusals: [PlanDifference.Refusal] = []

    init(_ old: RunningJob, _ new: RunningJob) {
        self.old = old
        self.new = new
    }

    mutating func run() {
        for stage in old.stages {
            if let successor = new.stages.first(where: { $0.id == stage.id }) {
                compare(stage, successor)
            } else if stage.states.isEmpty {
                notes.append("stage \(stage.id) is gone; how far it had read is kept under that name alone")
            } else {
                refuseLoss(of: stage)
            }
        }
        for stage in new.stages where !old.stages.contains(where: { $0.id == stage.id }) {
            notes.append("stage \(stage.id) is new; it begins with empty state, at the start that its inlets declare")
        }
    }

    private mutating func refuseLoss(of stage: RunningJob.Stage) {
        let names = stage.states.map(\.name).joined(separator: ", ")
        let fresh = new.stages.filter { candidate in !old.stages.contains { $0.id == candidate.id } }
        let shapes = Set(stage.states.map { StateForm($0) })
        if let renamed = fresh.first(where: { !shapes.isDisjoint(with: $0.states.map { StateForm($0) }) }) {
            refuse(
                stage.id, nil, "it is gone, and \(renamed.id), which looks like it, would begin without its state (\(names))",
                "name stage \(renamed.id) \(stage.id) again, \(beginEmpty)")
        } else {
            refuse(stage.id, nil, "it is gone, and its state (\(names)) would be lost", "put the stage back, \(beginEmpty)")
        }
    }

    private mutating func compare(_ before: RunningJob.Stage, _ after: RunningJob.Stage) {
        if before.tasks != after.tasks {
            if before.states.isEmpty {
                notes.append(
                    "stage \(after.id) goes from \(before.tasks) to \(after.tasks) tasks; the new ones begin at the start of their inlets")
            } else {
                refuse(
                    after.id, nil,
                    "it would have \(after.tasks) tasks instead of \(before.tasks), and keys would move away from their state",
                    "give what it reads \(before.tasks) partitions again, \(beginEmpty)")
            }
        }
        for state in before.states {
            if let successor = after.states.first(where: { $0.name == state.name }) {
                compare(state, successor, in: after.id)
            } else if let renamed = after.states.first(where: { candidate in
                StateForm(candidate) == StateForm(state) && !before.states.contains { $0.name == candidate.name }
            }) {
                refuse(
                    after.id, state.name, "it is gone, and \(renamed.name), which looks like it, would begin empty",
                    "name state \(renamed.name) \(state.name) again, \(beginEmpty)")
            } else {
                refuse(after.id, state.name, "it is gone, and what it holds would be lost", "declare it again, \(beginEmpty)")
            }
        }
        for state in after.states where !before.states.contains(where: { $0.name == state.name }) {
            notes.append("state \(state.name) of stage \(after.id) is new and begins empty")
        }
    }

    private mutating func compare(_ before: StateSchema, _ after: StateSchema, in stage: String) {
        if before.shape != after.shape {
            return refuse(
                stage, before.name, "it is a \(before.shape.rawValue) and would be read as a \(after.shape.rawValue)",
                "make it a \(before.shape.rawValue) again and give the new one a name of its own, \(beginEmpty)")
        }
        for (what, was, isNow) in [("keys", before.key, after.key), ("values", before.value, after.value)] where was != isNow {
            refuse(
                stage, before.name, "its \(what) are \(was) and would be read as \(isNow)",
                "keep \(was), with a raised version and a migration where its form changes, \(beginEmpty)")
        }
        if after.version < before.version {
            refuse(
                stage, before.name, "it holds version \(before.version), and this program writes version \(after.version)",
                "run the newer program, or restore a savepoint that the older one made")
        } else if before.version < after.oldestVersion {
            refuse(
                stage, before.name, "it holds version \(before.version), and this program reads version \(after.oldestVersion) up",
                "let its codec migrate version \(before.version) too, \(beginEmpty)")
        } else if before.oldestVersion < after.oldestVersion {
            notes.append(
                "state \(after.name) of stage \(stage): rows last written as version \(before.oldestVersion) can no longer be read; see "
                    + "that none are left")
        } else if before.version < after.version {
            notes.append("state \(after.name) of stage \(stage): version \(before.version) is migrated to \(after.version) as it is read")
        }
    }

    private mutating func refuse(_ stage: String, _ state: String?, _ reason: String, _ remedy: String) {
        refusals.append(PlanDifference.Refusal(stage: stage, state: state, reason: reason, remedy: remedy))
    }

    private var beginEmpty: String {
        "or take a savepoint (linehaul savepoint create \(old.name)) and deploy the job under another name, to begin with empty state"
    }
}

/// What makes two states look like one that was renamed.
private struct StateForm: Hashable {
    let shape: StateSchema.Shape
    let key: String
    let value: String

    init(_ schema: StateSchema) {
        shape = schema.shape
        key = schema.key
        value = schema.value
    }
}
