internal import EventLog
internal import KeyedState
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Threads

/// What slots have done now and then for all of them. What fails comes round again, and is said when it begins to.
final class Upkeep: Sendable {
    private let log: any EventLog
    private let state: any StateBackend
    private let logger: Logger
    /// Where the log is asked for what nobody waits for: it may take as long as it likes to answer.
    private let errands = WorkerThread(name: "errands")
    private let failing = Mutex<Set<String>>([])
    private let waiting = Waiting()

    /// The newest of what is to be purged and reported, until the errand that takes it is run.
    private final class Waiting: Sendable {
        struct State {
            var spent: [TopicPartition: Offset] = [:]
            var positions: [String: [TopicPartition: Offset]] = [:]
        }
        private let state = Mutex(State())
        func withLock<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
            state.withLock { state in body(&state) }
        }
    }

    init(log: any EventLog, state: any StateBackend, logger: Logger) {
        self.log = log
        self.state = state
        self.logger = logger
    }

    /// Has the state survive a crash as it is: bounds what the next start replays. Blocks: on the housekeeper's thread.
    func flush() {
        do throws(StageFailure) {
            try state.flush(waiting: false)
        } catch {
            logger.warning("state cannot be flushed; the next start replays more", [.reason: error.reason])
        }
    }

    /// Writes the marks of tasks that have stopped for now.
    func append(_ marks: [PartitionBatch]) {
        if marks.isEmpty { return }
        run("a quarantined task cannot be marked idle; the stages behind it wait") { log throws(LogFailure) in _ = try log.append(marks) }
    }

    /// Drops the records of repartition topics that their reader has behind it.
    func purge(_ spent: [(partition: TopicPartition, below: Offset)]) {
        if spent.isEmpty { return }
        let isFirst = waiting.withLock { waiting in
            defer { for (partition, offset) in spent { waiting.spent[partition] = offset } }
            return waiting.spent.isEmpty
        }
        if !isFirst { return }
        run("a repartition topic cannot be purged") { [waiting] log throws(LogFailure) in
            let spent = waiting.withLock { waiting in
                defer { waiting.spent = [:] }
                return waiting.spent
            }
            for (partition, offset) in spent { try log.purge(partition, below: offset) }
        }
    }

    /// Lets tools that watch lag see how far jobs have committed what they read.
    func report(_ positions: [String: [TopicPartition: Offset]]) {
        if positions.isEmpty { return }
        let isFirst = waiting.withLock { waiting in
            defer { for (job, positions) in positions { waiting.positions[job, default: [:]].merge(positions) { $1 } } }
            return waiting.positions.isEmpty
        }
        if !isFirst { return }
        run("positions cannot be reported; tools that watch lag see old ones") { [waiting] log throws(LogFailure) in
            let positions = waiting.withLock { waiting in
                defer { waiting.positions = [:] }
                return waiting.positions
            }
            for (job, positions) in positions { try log.report(positions, of: job) }
        }
    }

    private func run(_ complaint: StaticString, _ errand: @escaping @Sendable (any EventLog) throws(LogFailure) -> Void) {
        errands.post { [self] in
            let name = "\(complaint)"
            do throws(LogFailure) {
                try errand(log)
                _ = failing.withLock { $0.remove(name) }
            } catch {
                if failing.withLock({ $0.insert(name).inserted }) { logger.warning(complaint, [.reason: error.reason]) }
            }
        }
    }

    /// Ends its thread after what was asked before.
    func stop() { errands.stop() }
}
