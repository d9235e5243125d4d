internal import EventLog
internal import StreamCore

/// Asks the log for those who must not wait for it: one request at a time, on a thread that may.
actor LogDesk {
    private let log: any EventLog
    private let executor: BlockingExecutor

    init(_ log: any EventLog, name: String) {
        self.log = log
        executor = BlockingExecutor(name)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Runs `work` with the log; what the log refuses becomes a refusal.
    func ask<Answer: Sendable>(_ work: @Sendable (any EventLog) throws -> Answer) throws(Refusal) -> Answer {
        do {
            return try work(log)
        } catch let failure as LogFailure {
            throw Refusal(failure)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(500, "INTERNAL", "asking the log: \(error)")
        }
    }
}

extension EventLog {
    /// A topic by name; the refusal names the nearest one.
    func status(of topic: String) throws -> TopicStatus {
        let all = try topics()
        if let found = all.first(where: { $0.spec.name == topic }) { return found }
        let known = all.filter { !$0.spec.isInternal }.map(\.spec.name)
        let hint = nearest(to: topic, among: known).map { "did you mean \($0)?" } ?? "GET /ops/topics (`linehaul topics`) lists them"
        throw Refusal(404, "UNKNOWN_TOPIC", "there is no topic \(topic); \(hint)")
    }
}
