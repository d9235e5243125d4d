internal import KeyedState
internal import StreamCore

extension Savepoint {
    /// Why its rows would be lost or misread by a job that is laid out as `present`; empty when they would not.
    public func problems(with present: [Stage]) -> [String] {
        var problems = present.filter { stage in !stages.contains { $0.id == stage.id } }
            .map { "the job has a stage \($0.id) that the savepoint does not have" }
        for stage in stages {
            guard let now = present.first(where: { $0.id == stage.id }) else {
                problems.append("the savepoint has a stage \(stage.id) that the job does not have")
                continue
            }
            if now.tasks != stage.tasks {
                problems.append(
                    "stage \(stage.id) had \(stage.tasks) tasks and has \(now.tasks): keys would be in other tasks; give its topics their "
                        + "partitions back")
            }
            problems += stage.states.compactMap { $0.problem(with: now.states, in: stage.id) }
        }
        return problems
    }
}

extension StateSchema {
    fileprivate func problem(with present: [StateSchema], in stage: String) -> String? {
        guard let now = present.first(where: { $0.name == name }) else {
            return "stage \(stage) no longer has the state \(name)"
        }
        if (now.shape, now.key, now.value) != (shape, key, value) {
            return
                "state \(name) of stage \(stage) was a \(shape) of \(key) to \(value) and is a \(now.shape) of \(now.key) to \(now.value)"
        }
        if version < now.oldestVersion || version > now.version {
            return "state \(name) of stage \(stage) is of version \(version), and this job reads \(now.oldestVersion) to \(now.version)"
        }
        return nil
    }
}
