internal import EventLog
internal import StreamCore

/// Puts together what several processes say of one job, each of its own tasks.
///
/// Every task that the job's plan has is in the result: those that nobody runs yet wait, those of a process that did not answer are said
/// to be out of reach.
struct JobMerge {
    private let absent: [Fellows.Absence]

    /// Conditions, the worst first; a job is in the worst of its tasks'.
    private static let conditions = [
        "QUARANTINED", "BACKING_OFF", "UNREACHABLE", "WAITING", "PAUSED", "MOVING", "RECOVERING", "RUNNING",
    ]

    /// A merge in which those processes say nothing.
    init(absent: [Fellows.Absence]) { self.absent = absent }

    /// What a job comes to; `parts` are the summaries of one job, this process's first.
    func summary(_ parts: [JSON]) -> JSON {
        let first = parts.first ?? .null
        let busy = parts.filter { ($0["tasks"]?.integer ?? 0) > 0 }
        let tasks = sum("tasks", parts)
        let planned = parts.compactMap { $0["planned"]?.integer }.max() ?? tasks
        var states = busy.compactMap { $0["state"]?.string }
        if tasks < planned { states.append(absent.contains { $0.member != nil } ? "UNREACHABLE" : "WAITING") }
        let prints = Set(parts.compactMap { $0["fingerprint"]?.string })
        return .object([
            "name": first["name"], "state": .string(JobMerge.worst(states) ?? first["state"]?.string ?? "WAITING"),
            "paused": .bool(parts.contains { $0["paused"]?.bool == true }), "tasks": .integer(tasks), "planned": .integer(planned),
            "lag": .integer(sum("lag", parts)), "watermark": busy.compactMap { $0["watermark"]?.string }.min().map { .string($0) },
            "records_in": .integer(sum("records_in", parts)), "records_out": .integer(sum("records_out", parts)),
            "dead_letters": .integer(sum("dead_letters", parts)),
            "rate": .number(rounded(parts.reduce(0) { $0 + ($1["rate"]?.number ?? 0) })),
            "memory_bytes": .integer(sum("memory_bytes", parts)), "fingerprint": first["fingerprint"],
            // Processes that run different deployments of one job: an apply is under way, or was refused somewhere.
            "fingerprints": prints.count > 1 ? .array(prints.sorted().map { .string($0) }) : nil,
        ])
    }

    /// A job with all its tasks; `parts` are what each process says of it, with where that process is reached.
    func job(_ parts: [(process: String, job: JSON)]) -> JSON {
        let stages = (parts.first?.job["stages"]?.array ?? []).map { stage in
            self.stage(
                stage, named: parts.first?.job["name"]?.string ?? "",
                parts.flatMap { part in
                    (part.job["stages"]?.array ?? []).filter { $0["id"] == stage["id"] }.flatMap { $0["tasks"]?.array ?? [] }
                        .map { $0.adding("process", .string(part.process)) }
                })
        }
        return .object((summary(parts.map(\.job)).members ?? []) + [JSON.Member("stages", .array(stages))])
    }

    private func stage(_ stage: JSON, named job: String, _ tasks: [JSON]) -> JSON {
        let members = (stage.members ?? []).filter { $0.name != "tasks" }
        // One that runs in every process is another one in each.
        if stage["everywhere"]?.bool == true { return .object(members + [JSON.Member("tasks", .array(tasks))]) }
        var byPartition: [Int64: JSON] = [:]
        for task in tasks {
            guard let partition = task["partition"]?.integer else { continue }
            // While a task moves two processes may name it: the one that has come further has it.
            if let other = byPartition[partition], (other["generation"]?.integer ?? 0) >= (task["generation"]?.integer ?? 0) { continue }
            byPartition[partition] = task
        }
        let planned = stage["planned"]?.integer ?? Int64(byPartition.count)
        for partition in 0..<max(0, planned) where byPartition[partition] == nil {
            byPartition[partition] = missing(TaskID(job: job, stage: stage["id"]?.string ?? "", partition: Partition(Int(partition))))
        }
        return .object(members + [JSON.Member("tasks", .array(byPartition.sorted { $0.key < $1.key }.map(\.value)))])
    }

    private func missing(_ task: TaskID) -> JSON {
        let turn = task.turn
        let owner = absent.first { $0.member?.turns.contains(turn) ?? false }?.member
        return .object([
            "task": .string("\(task)"), "partition": .integer(Int64(task.partition.number)),
            "state": .string(owner == nil ? "WAITING" : "UNREACHABLE"), "process": owner.map { .string($0.address) },
        ])
    }

    private func sum(_ member: String, _ parts: [JSON]) -> Int64 { parts.reduce(0) { $0 + ($1[member]?.integer ?? 0) } }

    /// The worst of some conditions; one that is not known here is worse than any.
    static func worst(_ states: [String]) -> String? {
        states.min { (conditions.firstIndex(of: $0) ?? -1) < (conditions.firstIndex(of: $1) ?? -1) }
    }
}

extension JSON {
    /// An object with one more member.
    func adding(_ name: String, _ value: JSON) -> JSON { .object((members ?? []) + [Member(name, value)]) }
}
