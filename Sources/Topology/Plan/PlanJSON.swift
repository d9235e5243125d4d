internal import Dataflow
internal import KeyedState
public import StreamCore

extension TopologyPlan {
    /// The plan for programs: `{"jobs": […]}`, each with its ports, stages, state and topics. Times are texts such as `500ms`.
    public var json: JSON { .object(["jobs": .array(jobs.map(\.json))]) }
}

extension JobPlan {
    /// The job's part of the plan.
    public var json: JSON {
        .object([
            "job": .string(name),
            "fingerprint": .string(fingerprint),
            "slots": .integer(Int64(bindings.parallelism)),
            "attempts": .integer(Int64(bindings.attempts)),
            "state_ttl": bindings.stateTTL.map { .string($0.text) },
            "inlets": .array(bindings.inlets.sorted { $0.key < $1.key }.map { JobPlan.json($0.key, $0.value) }),
            "outlets": .array(bindings.outlets.sorted { $0.key < $1.key }.map { .object(JobPlan.members($0.key, $0.value)) }),
            "stages": .array(stages.map(\.json)),
            "topics": .array(topics.map(JobPlan.json)),
        ])
    }

    private static func members(_ port: String, _ topic: JobBindings.Topic) -> KeyValuePairs<String, JSON?> {
        [
            "name": .string(port), "topic": .string(topic.name), "partitions": .integer(Int64(topic.partitions)),
            "key": topic.key.map { .string($0) },
        ]
    }

    private static func json(_ name: String, _ inlet: JobBindings.Inlet) -> JSON {
        .object([
            "name": .string(name),
            "topic": .string(inlet.topic.name),
            "partitions": .integer(Int64(inlet.topic.partitions)),
            "key": inlet.topic.key.map { .string($0) },
            "lateness": .string(inlet.settings.lateness.duration.text),
            "idle_after": .string(inlet.settings.idleAfter.duration.text),
            "steps_aside": inlet.settings.stepsAside ? true : nil,
            "led_by": inlet.settings.leader.map { .string($0.name) },
            "ahead": inlet.settings.ahead.map { .string($0.duration.text) },
            "read_to_end": .bool(inlet.settings.readToEnd),
            "start": .string(inlet.start.rawValue),
        ])
    }

    private static func json(_ topic: PhysicalPlan.InternalTopic) -> JSON {
        .object([
            "name": .string(topic.name), "purpose": .string(topic.purpose.rawValue), "partitions": .integer(Int64(topic.partitions)),
        ])
    }
}

extension JobPlan.Stage {
    /// The stage's part of the plan.
    var json: JSON {
        let logical = physical.logical
        return .object([
            "stage": .string(id),
            "tasks": .integer(Int64(tasks)),
            "everywhere": isResident ? true : nil,
            "reads": .array(logical.sources.map(JobPlan.Stage.json)),
            "steps": .array(logical.steps.map(JobPlan.Stage.json)),
            "outlets": .array(logical.outlets.map { .string($0) }),
            "targets": logical.sinks.isEmpty ? nil : .array(logical.sinks.map { .string($0.target) }),
            "shuffles_to": .array(logical.shufflesTo.map { .string($0) }),
            "states": .array(states.map(\.json)),
        ])
    }

    private static func json(_ source: LogicalGraph.Source) -> JSON {
        switch source {
        case .inlet(let name): .object(["inlet": .string(name)])
        case .broadcast(let name): .object(["inlet": .string(name), "broadcast": true])
        case .outside(let name): .object(["outside": .string(name)])
        case .shuffle(let id, let from, let key): .object(["shuffle_from": .string(from), "step": .string(id), "key": .string(key)])
        }
    }

    private static func json(_ step: LogicalGraph.Step) -> JSON {
        .object(["id": .string(step.id), "kind": .string(step.kind), "after": .array(step.after.map { .string($0) })])
    }
}
