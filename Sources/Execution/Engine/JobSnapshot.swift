public import Dataflow
internal import KeyedState
internal import StreamCore

/// A job as it is now.
public struct JobSnapshot: Sendable {
    /// A stage of it.
    public struct Stage: Sendable {
        /// How it is laid out.
        public let plan: PhysicalPlan.Stage
        /// The state it declares, as names, shapes, types and versions.
        public let states: [StateDescription]
        /// Those of its tasks that run in this process, by number; `plan.tasks` says how many it has in all.
        public let tasks: [TaskSnapshot]
    }

    /// A piece of state as it is declared.
    public struct StateDescription: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// `value`, `list`, `map` or `timers`.
        public let shape: String
        /// Its key's type.
        public let key: String
        /// Its value's type.
        public let value: String
        /// The version it is written in.
        public let version: Int
        /// The oldest version that can be read.
        public let oldestVersion: Int
    }

    /// Its name.
    public let name: String
    /// What identifies the deployment.
    public let fingerprint: String
    /// Whether a person paused it.
    public let isPaused: Bool
    /// Its stages, upstream first.
    public let stages: [Stage]

    /// The worst condition of its tasks here.
    public var condition: TaskSnapshot.Condition {
        let order: [TaskSnapshot.Condition] = [.quarantined, .backingOff, .waiting, .paused, .recovering, .running]
        let conditions = Set(stages.flatMap { $0.tasks.map(\.condition) })
        return order.first { conditions.contains($0) } ?? .running
    }

    /// Whether a stage of it that runs in every process has yet to read here what it answers from.
    public var isOpening: Bool {
        stages.contains { stage in stage.plan.logical.isResident && stage.tasks.allSatisfy { $0.condition == .recovering } }
    }

    /// How many offsets its inlets lie behind, in all.
    public var lag: Int64 { stages.reduce(0) { $0 + $1.tasks.reduce(0) { $0 + $1.inlets.reduce(0) { $0 + $1.lag } } } }
}

extension JobSnapshot.StateDescription {
    init(_ schema: StateSchema) {
        self.init(
            name: schema.name, shape: schema.shape.rawValue, key: schema.key, value: schema.value, version: Int(schema.version),
            oldestVersion: Int(schema.oldestVersion))
    }
}
