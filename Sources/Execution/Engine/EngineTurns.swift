internal import EventLog
internal import StreamCore
internal import StructuredLog
internal import Threads

/// Which tasks run here: those whose turns the log has given to this process.
extension Engine {
    /// Acts on what the log says of turns, as it is said; returns when the engine has stopped. The composition root runs it beside
    /// everything else. What a `deploy` is granted at once it sees to itself.
    public func serve() async {
        for await _ in inbox.arrivals {
            await passage.enter()
            await act()
            passage.leave()
        }
    }

    /// Acts on everything that has arrived. The caller is in the passage.
    func act() async {
        while !isStopped, let arrival = inbox.next() {
            let parts = Dictionary(grouping: arrival.change.turns, by: { owner(of: $0) })
            for (job, turns) in parts.sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
                let part = TurnInbox.Arrival(change: arrival.change.of(Set(turns)), tenure: arrival.tenure)
                if let job, isClaimed(job) {
                    deferred[job, default: []].append(part)
                } else {
                    await act(on: part, of: job)
                }
            }
        }
    }

    private func owner(of turn: TopicPartition) -> String? { jobs.first { $0.value.id(of: turn) != nil }?.key }

    /// A job of `nil` was removed before this arrived.
    private func act(on arrival: TurnInbox.Arrival, of job: String?) async {
        switch arrival.change {
        case .granted(let turns):
            for turn in turns { held[turn] = arrival.tenure }
            if let job { await add(turns, of: arrival.tenure, to: job) } else { await giveBack(turns) }
        case .revoked(let turns):
            if let job { await drain(taskIDs(of: turns, in: job), of: job) }
            await giveBack(turns)
        case .lost(let turns):
            for turn in turns { held[turn] = nil }
            guard let job else { return }
            let ids = taskIDs(of: turns, in: job)
            logger.warning("tasks lost to another process", [.job: job, .count: "\(ids.count)"])
            for slot in slots { await slot.drop(ids) }
            forget(ids, of: job)
        }
    }

    private func taskIDs(of turns: Set<TopicPartition>, in job: String) -> Set<TaskID> {
        guard let job = jobs[job] else { return [] }
        return Set(turns.compactMap { job.id(of: $0) }).intersection(job.tasks.map(\.task.id))
    }

    private func add(_ turns: Set<TopicPartition>, of tenure: Int, to name: String) async {
        guard var job = jobs[name] else { return }
        var added: [(task: StageTask, slot: Slot)] = []
        for turn in turns.sorted() {
            guard let id = job.id(of: turn), let slot = job.slot(for: id.stage), !job.tasks.contains(where: { $0.task.id == id }) else {
                continue
            }
            let task = StageTask(
                id: id, frame: job.frame, executor: slot.executor, writer: slot.writer,
                tenure: Tenures.Tenure(turn: turn, number: tenure), isPaused: job.isPaused)
            job.tasks.append((task, slot))
            added.append((task, slot))
        }
        job.tasks.sort { $0.task.id < $1.task.id }
        jobs[name] = job
        budget.add(added.count)
        for (task, slot) in added {
            await slot.add(task)
            slot.executor.wake()
        }
    }

    /// Has those tasks commit what they have, and closes them.
    func drain(_ ids: Set<TaskID>, of name: String) async {
        // All at once, so that the slots end their epochs side by side.
        for (task, _) in jobs[name]?.tasks ?? [] where ids.contains(task.id) { await task.leave() }
        for slot in slots { await slot.remove(ids) }
        forget(ids, of: name)
    }

    private func forget(_ ids: Set<TaskID>, of name: String) {
        jobs[name]?.tasks.removeAll { ids.contains($0.task.id) }
        budget.remove(ids.count)
    }

    /// Lets others have those of the turns that are held; their tasks are closed.
    func giveBack(_ turns: Set<TopicPartition>) async {
        let tenures = turns.compactMap { turn in held.removeValue(forKey: turn).map { Tenures.Tenure(turn: turn, number: $0) } }
        let kept = inbox.tenures.end(tenures)
        guard let membership, !kept.isEmpty else { return }
        await door.run { membership.release(kept) }
    }

    /// Has the log share out the turns of every deployed job, joining those who share them where that has not been done.
    func follow() async throws(EngineFailure) {
        let topics = jobs.values.reduce(into: Set<String>()) { $0.formUnion($1.turnTopics) }
        let outcome = await door.run { [log, inbox, membership] in
            Result { () throws(LogFailure) -> any LogMembership in
                let joined: any LogMembership
                if let membership { joined = membership } else { joined = try log.join { inbox.post($0) } }
                try joined.follow(topics)
                return joined
            }
        }
        switch outcome {
        case .success(let joined): membership = joined
        case .failure(let failure): throw EngineFailure(.unavailable, "asking for the turns of tasks: \(failure)")
        }
    }

    /// Refuses what needs all tasks of a job in one process, naming those who hold the others.
    func refuseSplit(_ job: RunningJob, _ doing: String) async throws(EngineFailure) {
        let absent = job.absent()
        if absent.isEmpty { return }
        let members = await door.run { [log] in Result { () throws(LogFailure) in try log.members() } }
        let holders = ((try? members.get()) ?? []).compactMap { member -> String? in
            let count = member.turns.intersection(absent).count
            return count == 0 ? nil : "\(member.instance)\(member.address.isEmpty ? "" : " at \(member.address)") (\(count))"
        }
        let who = holders.isEmpty ? "by nobody yet" : "by \(holders.sorted().joined(separator: ", "))"
        throw EngineFailure(
            .refused,
            "\(doing): \(absent.count) of its tasks run elsewhere, held \(who); stop the other processes, or ask again when one has all")
    }
}
