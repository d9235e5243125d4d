internal import Dataflow
internal import EventLog
internal import KeyedState
public import Savepoints
internal import StreamCore
internal import StructuredLog
internal import Threads

extension Engine {
    /// What a job's tasks have committed, whole. A job without a shuffle runs on, each task read in turn; one with a shuffle stands still
    /// for as long as it lasts, so that no record is both in the state before a shuffle and in none behind it.
    public func savepoint(of name: String) async throws(EngineFailure) -> Savepoint {
        let job = try await claim(name, "making a savepoint of it")
        defer { release(name) }
        try await refuseSplit(job, "making a savepoint of \(name)")
        let standsStill = job.plan.stages.contains { !$0.writers.isEmpty }
        if standsStill { await halt(job) }
        let images = await Engine.images(of: job.tasks.map(\.task))
        if standsStill, !job.isPaused { for (task, _) in job.tasks { await task.unpause() } }
        if !areStillHere(job) {
            throw EngineFailure(.unavailable, "making a savepoint of \(name): another process took tasks of it meanwhile; try again")
        }
        do throws(StageFailure) {
            return Savepoint(job: name, created: clock(), stages: layout(of: job), tasks: try images.get())
        } catch {
            throw EngineFailure(.unavailable, "making a savepoint of \(name): \(error.reason)")
        }
    }

    /// Whether none of a claimed job's tasks has been lost since.
    private func areStillHere(_ job: RunningJob) -> Bool {
        let lost = (deferred[job.plan.job] ?? []).reduce(into: inbox.lost) { lost, arrival in
            if case .lost(let turns) = arrival.change { lost.formUnion(turns) }
        }
        return lost.isDisjoint(with: job.tasks.map(\.task.id.turn))
    }

    private static func images(of tasks: [StageTask]) async -> Result<[TaskImage], StageFailure> {
        var images: [TaskImage] = []
        do throws(StageFailure) {
            for task in tasks { images.append(try await task.image()) }
            return .success(images)
        } catch {
            return .failure(error)
        }
    }

    /// Makes a paused job's state what a savepoint has, in one commit for all its tasks: after a crash it is there wholly or not at all.
    ///
    /// Reading goes on where the savepoint stood, so what came since is processed, and sent, again; with `keepingPositions` where it stands
    /// now. The job stays paused.
    public func restore(_ savepoint: Savepoint, keepingPositions: Bool = false) async throws(EngineFailure) {
        let name = savepoint.job
        let job = try await claim(name, "restoring a savepoint of it")
        defer { release(name) }
        try await refuseSplit(job, "restoring \(name)")
        guard job.isPaused else {
            throw EngineFailure(.refused, "restoring \(name): it is running; `linehaul jobs pause \(name)` first")
        }
        let images = try images(for: job, in: savepoint)
        await halt(job)
        let outcome = await commit(images, keepingPositions: keepingPositions)
        // Whatever came of it: recovery reads what the log has.
        for (task, _) in job.tasks { await task.reload() }
        if let failure = outcome { throw failure }
        logger.info("savepoint restored", [.job: name])
    }

    private func commit(_ images: [(task: StageTask, image: TaskImage)], keepingPositions: Bool) async -> EngineFailure? {
        var transaction = Transaction()
        do throws(StageFailure) {
            for (task, image) in images {
                let part = try await task.restoration(of: image, keepingPositions: keepingPositions, at: clock())
                transaction.batches += part.outputs + part.changelog
                transaction.turns[part.task.turn] = part.epoch
            }
        } catch {
            return EngineFailure(error.blame == .record ? .refused : .unavailable, "restoring: \(error.reason)")
        }
        transaction.isCurrent = { [inbox, held = images.map(\.task.tenure)] in inbox.tenures.last(held) }
        let whole = transaction
        return await withCheckedContinuation { continuation in
            housekeeper.post { [log, settings] in
                do throws(LogFailure) {
                    let writer = try log.makeWriter("\(settings.instance).restore")
                    defer { writer.close() }
                    _ = try writer.commit(whole)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: EngineFailure(.unavailable, "committing a restore: \(error)"))
                }
            }
        }
    }

    /// What has become of a state's committed rows since a savepoint, at most `limit` of them rendered and all counted.
    public func differences(of state: String, since savepoint: Savepoint, limit: Int) async throws(EngineFailure) -> StateDifferences {
        let holders = Set(try holders(of: state, job: savepoint.job).tasks.map(\.id))
        guard let job = jobs[savepoint.job] else { throw unknown(savepoint.job) }
        try await refuseSplit(job, "comparing \(savepoint.job) with a savepoint")
        var found = StateDifferences()
        for (task, image) in try images(for: job, in: savepoint) where holders.contains(task.id) {
            do throws(StageFailure) {
                found += try await task.differences(of: state, since: image, limit: limit - found.rows.count)
            } catch {
                throw EngineFailure(error.blame == .record ? .refused : .unavailable, error.reason)
            }
        }
        return found
    }

    /// Each task with its image; refused where the job is not laid out as it was.
    private func images(
        for job: RunningJob, in savepoint: Savepoint
    ) throws(EngineFailure) -> [(task: StageTask, image: TaskImage)] {
        let problems = savepoint.problems(with: layout(of: job))
        if !problems.isEmpty {
            throw EngineFailure(.refused, "the savepoint does not fit job \(savepoint.job): \(problems.joined(separator: "; "))")
        }
        let images = Dictionary(savepoint.tasks.map { ($0.task, $0) }) { first, _ in first }
        var pairs: [(task: StageTask, image: TaskImage)] = []
        for (task, _) in job.tasks {
            guard let image = images[task.id] else {
                throw EngineFailure(.refused, "the savepoint of \(savepoint.job) has nothing of task \(task.id)")
            }
            pairs.append((task, image))
        }
        return pairs
    }

    private func layout(of job: RunningJob) -> [Savepoint.Stage] {
        job.plan.stages.map { stage in
            Savepoint.Stage(id: stage.logical.id, tasks: stage.tasks, states: job.states[stage.logical.id] ?? [])
        }
    }

    /// Returns when every task of a job has stopped reading and committed what it had.
    private func halt(_ job: RunningJob) async {
        for (task, _) in job.tasks { await task.pause() }
        let ids = Set(job.tasks.map(\.task.id))
        for slot in slots { await slot.settled(ids) }
    }
}
