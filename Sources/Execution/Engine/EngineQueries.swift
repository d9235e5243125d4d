internal import Dataflow
public import KeyedState
public import StreamCore

extension Engine {
    /// The committed row of a key, the task that holds it and the epoch it is of; the row is `nil` when no task has one. `.elsewhere` when
    /// none of the tasks here has it and others run elsewhere.
    public func row(_ key: String, of state: String, job name: String) async throws(EngineFailure) -> (row: RenderedRow?, task: TaskID?, epoch: Epoch) {
        let (tasks, absent) = try holders(of: state, job: name)
        for task in tasks {
            do throws(StageFailure) {
                let (row, epoch) = try await task.row(key, of: state)
                if let row { return (row, task.id, epoch) }
            } catch {
                throw EngineFailure(error.blame == .record ? .refused : .unavailable, error.reason)
            }
        }
        if absent.isEmpty { return (nil, nil, .none) }
        throw EngineFailure(.elsewhere(absent), "reading state \(state) of \(name): nothing here has \(key), and other processes run other tasks")
    }

    /// Committed rows whose key begins with `prefix`, at most `limit`, task by task in key order; of the tasks that run here.
    public func rows(
        of state: String, job name: String, prefix: String, limit: Int
    ) async throws(EngineFailure) -> (rows: [(task: TaskID, epoch: Epoch, row: RenderedRow)], hasMore: Bool) {
        var found: [(task: TaskID, epoch: Epoch, row: RenderedRow)] = []
        for task in try holders(of: state, job: name).tasks {
            do throws(StageFailure) {
                let (rows, hasMore, epoch) = try await task.rows(of: state, prefix: prefix, limit: limit - found.count)
                found += rows.map { (task.id, epoch, $0) }
                if hasMore { return (found, true) }
            } catch {
                throw EngineFailure(error.blame == .record ? .refused : .unavailable, error.reason)
            }
        }
        return (found, false)
    }

    /// The tasks here that keep a state, and the turns of those elsewhere that do.
    func holders(of state: String, job name: String) throws(EngineFailure) -> (tasks: [StageTask], absent: Set<TopicPartition>) {
        if isStopped { throw EngineFailure(.unavailable, "reading state \(state) of \(name): this process is stopping; ask another") }
        guard let job = jobs[name] else { throw unknown(name) }
        let stages = Set(job.states.filter { $0.value.contains { $0.name == state } }.map(\.key))
        if stages.isEmpty {
            let names = job.states.values.flatMap { $0.map(\.name) }.sorted()
            let hint = nearest(to: state, among: names).map { "did you mean \($0)?" } ?? "it has: \(names.joined(separator: ", "))"
            throw EngineFailure(.notFound, "job \(name) has no state \(state); \(hint)")
        }
        return (job.tasks.map(\.task).filter { stages.contains($0.id.stage) }, job.absent(of: stages))
    }
}
