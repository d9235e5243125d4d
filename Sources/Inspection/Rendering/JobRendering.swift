public import Execution
internal import Dataflow
public import StreamCore

extension JobSnapshot {
    /// The job in a list: its name, its condition and what its tasks come to in all.
    public var summary: JSON {
        let tasks = stages.flatMap(\.tasks)
        let planned = stages.reduce(0) { $0 + $1.plan.tasks }
        return .object([
            "name": .string(name),
            // Without a task there is nothing whose condition it could have: others run them, or nobody does yet.
            "state": .string(tasks.isEmpty && planned > 0 && !isPaused ? "WAITING" : condition.rawValue),
            "paused": .bool(isPaused),
            "tasks": .integer(Int64(tasks.count)),
            "planned": .integer(Int64(planned)),
            "lag": .integer(lag),
            "watermark": (tasks.map(\.watermark).min()).flatMap(\.instant),
            "records_in": .integer(Int64(tasks.reduce(0) { $0 + $1.recordsIn })),
            "records_out": .integer(Int64(tasks.reduce(0) { $0 + $1.recordsOut })),
            "dead_letters": .integer(Int64(tasks.reduce(0) { $0 + $1.deadLetters })),
            "rate": .number(rounded(tasks.reduce(0) { $0 + $1.rate })),
            "memory_bytes": .integer(Int64(tasks.reduce(0) { $0 + $1.memory })),
            "fingerprint": .string(fingerprint),
        ])
    }

    /// The job with its stages and their tasks.
    public var json: JSON { .object((summary.members ?? []) + [JSON.Member("stages", .array(stages.map(\.json)))]) }

    /// The job's states, each with the stage that keeps it.
    public var statesJSON: JSON {
        .object([
            "job": .string(name),
            "states": .array(stages.flatMap { stage in stage.states.map { $0.json(of: stage.plan.logical.id) } }),
        ])
    }
}

extension JobSnapshot.Stage {
    /// The stage, what it reads and writes, and its tasks.
    public var json: JSON {
        .object([
            "id": .string(plan.logical.id),
            "steps": .array(plan.logical.steps.map { .string($0.id) }),
            "outlets": .array(plan.logical.outlets.map { .string($0) }),
            "shuffles_to": .array(plan.logical.shufflesTo.map { .string($0) }),
            "states": .array(states.map { .string($0.name) }),
            "planned": .integer(Int64(plan.tasks)),
            "everywhere": plan.logical.isResident ? true : nil,
            "tasks": .array(tasks.map(\.json)),
        ])
    }
}

extension JobSnapshot.StateDescription {
    /// What is declared of it.
    func json(of stage: String) -> JSON {
        .object([
            "name": .string(name), "stage": .string(stage), "shape": .string(shape), "key": .string(key), "value": .string(value),
            "version": .integer(Int64(version)), "oldest_version": .integer(Int64(oldestVersion)),
        ])
    }
}

extension TaskSnapshot {
    /// The task as it is now.
    public var json: JSON {
        .object([
            "task": .string("\(task)"),
            "partition": .integer(Int64(task.partition.number)),
            "slot": slot.map { .integer(Int64($0)) },
            "state": .string(condition.rawValue),
            "watermark": watermark.instant,
            "lag": .integer(inlets.reduce(0) { $0 + $1.lag }),
            "epoch": .integer(epoch.number),
            "epoch_at": epochAt.flatMap(\.instant),
            "generation": .integer(generation.number),
            "records_in": .integer(Int64(recordsIn)),
            "records_out": .integer(Int64(recordsOut)),
            "dead_letters": .integer(Int64(deadLetters)),
            "late": .integer(Int64(late)),
            "rate": .number(rounded(rate)),
            "memory_bytes": .integer(Int64(memory)),
            "failures": .integer(Int64(failures)),
            "last_failure": lastFailure.map { .object(["reason": .string($0.reason), "at": $0.at.instant]) },
            "inlets": .array(
                inlets.map { inlet in
                    .object([
                        "name": .string(inlet.name), "topic": .string(inlet.partition.topic),
                        "partition": .integer(Int64(inlet.partition.partition.number)), "position": .integer(inlet.position.number),
                        "lag": .integer(inlet.lag), "watermark": inlet.watermark.instant,
                    ])
                }),
        ])
    }
}

extension EventTime {
    /// The instant as JSON; `nil` at the ends of time, which say that nothing was promised, or all.
    var instant: JSON? { self == .distantPast || self == .distantFuture ? nil : .string(rfc3339) }
}

/// A rate to a tenth, which is all it is good for.
func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
