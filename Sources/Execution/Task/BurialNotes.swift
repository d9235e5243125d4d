internal import Dataflow
internal import StreamCore
internal import StructuredLog
internal import Synchronization

/// What is said of a job's dead letters: the first of each reason at once, how many came beside those once a minute.
///
/// A stream that turns bad is traffic. Each of its records is in `<topic>.dlq` with its own reason, and counted.
struct BurialNotes {
    /// What is alike about dead letters.
    private struct Kind: Hashable {
        let stage: String
        let inlet: String
        let reason: String
    }

    /// How long what has been said is not said again.
    static let minute = EventTime.Span(microseconds: 60_000_000)
    /// How many reasons are said in that time; reasons that quote their record are all different.
    static let most = 8

    private var said: Set<Kind> = []
    private var unsaid = 0
    /// When the minute that has begun with a dead letter is over; far off while none has.
    private(set) var ends = EventTime.distantFuture

    /// Takes note of one. Whether it is to be said.
    mutating func add(_ reason: String, stage: String, inlet: String, at now: EventTime) -> Bool {
        if said.isEmpty { ends = now.advanced(by: BurialNotes.minute) }
        let kind = Kind(stage: stage, inlet: inlet, reason: reason)
        if said.count < BurialNotes.most, said.insert(kind).inserted { return true }
        unsaid += 1
        return false
    }

    /// How many have not been said in the minute that is over; `nil` where none is over, or all were.
    mutating func settle(at now: EventTime) -> Int? {
        guard now >= ends else { return nil }
        defer { self = BurialNotes() }
        return unsaid == 0 ? nil : unsaid
    }
}

/// The notes of one job, for the threads of all its tasks.
final class BurialJournal: Sendable {
    private let notes = Mutex(BurialNotes())
    /// When the notes' minute ends, in microseconds: looked at in every turn of every task.
    private let ends = Atomic<Int64>(EventTime.distantFuture.microseconds)
    private let job: String
    private let logger: Logger

    init(job: String, logger: Logger) {
        self.job = job
        self.logger = logger
    }

    /// A record of that task has become a dead letter.
    func add(_ task: TaskID, _ inlet: String, _ offset: Offset, _ reason: String, at now: EventTime) {
        settle(at: now)
        guard change({ $0.add(reason, stage: task.stage, inlet: inlet, at: now) }) else { return }
        logger.warning(
            "record became a dead letter",
            [.job: job, .stage: task.stage, .partition: "\(task.partition)", .reason: "\(inlet) offset \(offset): \(reason)"])
    }

    /// Says how many were not said, where a minute is over.
    func settle(at now: EventTime) {
        guard now >= nextWake, let count = change({ $0.settle(at: now) }) else { return }
        logger.warning("more records became dead letters within a minute", [.job: job, .count: "\(count)"])
    }

    /// When it wants to be asked again.
    var nextWake: EventTime { EventTime(microseconds: ends.load(ordering: .relaxed)) }

    private func change<Result: Sendable>(_ body: (inout BurialNotes) -> Result) -> Result {
        notes.withLock { notes in
            defer { ends.store(notes.ends.microseconds, ordering: .relaxed) }
            return body(&notes)
        }
    }
}
