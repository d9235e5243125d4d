internal import Dataflow
internal import EventLog
internal import Freight
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Threads

/// Appends commands to their topic on a thread of its own: what has come while one append was under way goes with the next.
///
/// An append of which it is not known whether it happened is made again, under the same ids, for as long as somebody waits: the owner of a
/// thing carries a command out once.
final class CommandSender: Sendable {
    private struct Outgoing {
        let command: Command
        let ticket: UInt64
    }

    private struct Queue {
        var outgoing: [Outgoing] = []
        var isStopping = false
    }

    private let log: any EventLog
    /// Where commands go, by the topic that the contract names for what they are about.
    private let topics: [String: JobBindings.Topic]
    private let tickets: Tickets
    private let trouble: Trouble
    private let queue = Mutex(Queue())
    private let bell = Bell()
    private let thread = WorkerThread(name: "gateway commands")
    /// How many microseconds to wait before an append is tried again.
    private static let pause = 50_000

    init(_ log: any EventLog, to topics: [String: JobBindings.Topic], _ tickets: Tickets, _ logger: Logger) {
        self.log = log
        self.topics = topics
        self.tickets = tickets
        trouble = Trouble(of: "commands", logger)
        thread.post { [self] in run() }
    }

    /// Sends a command whose answer the holder of `ticket` waits for. Never blocks.
    func send(_ command: Command, _ ticket: UInt64) {
        queue.withLock { $0.outgoing.append(Outgoing(command: command, ticket: ticket)) }
        bell.ring()
    }

    /// Ends the thread; what was not sent is turned away with its tickets.
    func stop() {
        queue.withLock { $0.isStopping = true }
        bell.ring()
        thread.stop()
    }

    private func run() {
        var again: [Outgoing] = []
        while true {
            let (fresh, isStopping) = queue.withLock { queue in
                defer { queue.outgoing = [] }
                return (queue.outgoing, queue.isStopping)
            }
            if isStopping { return }
            let outgoing = again.filter { tickets.isWaiting($0.ticket) } + fresh
            again = outgoing.isEmpty ? [] : append(outgoing)
            if !again.isEmpty { bell.sleep(CommandSender.pause) } else if fresh.isEmpty { bell.sleep(1_000_000) }
        }
    }

    /// Appends commands. Those of which it is not known whether they were.
    private func append(_ outgoing: [Outgoing]) -> [Outgoing] {
        let encoder = CommandEncoder()
        var builders: [TopicPartition: BatchBuilder] = [:]
        for one in outgoing {
            guard let topic = one.command.entityType.commandTopic.flatMap({ topics[$0] }) else { continue }
            let key = one.command.entityID.utf8
            let partition = TopicPartition(topic.name, Partitioner.partition(of: key, among: topic.partitions))
            encoder.encode(one.command, at: one.command.time, key: key, into: &builders[partition, default: BatchBuilder()])
        }
        let batches = builders.map { partition, builder in
            var builder = builder
            return PartitionBatch(partition, builder.finish())
        }
        do throws(LogFailure) {
            _ = try log.append(batches)
            trouble.ended()
            return []
        } catch {
            trouble.began(error.reason)
            if error.kind == .unknown { return outgoing }
            for one in outgoing { tickets.answer(one.ticket, .failure(.logUnavailable)) }
            return []
        }
    }
}

/// Says once that something cannot be appended, and once that it can be again.
final class Trouble: Sendable {
    private let what: String
    private let logger: Logger
    private let isOn = Atomic<Bool>(false)

    init(of what: String, _ logger: Logger) {
        self.what = what
        self.logger = logger
    }

    func began(_ reason: String) {
        if isOn.exchange(true, ordering: .relaxed) { return }
        logger.warning("the log does not take what clients send; they are told to try again", [.topic: what, .reason: reason])
    }

    func ended() {
        if isOn.exchange(false, ordering: .relaxed) { logger.info("the log takes what clients send again", [.topic: what]) }
    }
}
