internal import EventLog
internal import StreamCore
internal import Synchronization

/// What the log says of this process's turns, until the engine gets to it: in order, from any thread.
final class TurnInbox: Sendable {
    private let changes = Mutex<[TurnChange]>([])
    /// One for some changes, or more than one for none: look then.
    let arrivals: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init() { (arrivals, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func post(_ change: TurnChange) {
        changes.withLock { $0.append(change) }
        bell.yield()
    }

    /// Puts changes back that could not be acted on, before all others.
    func putBack(_ earlier: [TurnChange]) {
        changes.withLock { $0.insert(contentsOf: earlier, at: 0) }
        bell.yield()
    }

    /// The oldest, taken out.
    func next() -> TurnChange? { changes.withLock { $0.isEmpty ? nil : $0.removeFirst() } }

    /// The turns that are known to be lost, though nobody has got to it.
    var lost: Set<TopicPartition> {
        changes.withLock { changes in
            changes.reduce(into: []) { lost, change in if case .lost(let turns) = change { lost.formUnion(turns) } }
        }
    }

    /// Ends `arrivals`.
    func close() { bell.finish() }
}

extension TurnChange {
    /// The turns that it is about.
    var turns: Set<TopicPartition> {
        switch self {
        case .granted(let turns), .revoked(let turns), .lost(let turns): turns
        }
    }

    /// The same said of other turns.
    func of(_ turns: Set<TopicPartition>) -> TurnChange {
        switch self {
        case .granted: .granted(turns)
        case .revoked: .revoked(turns)
        case .lost: .lost(turns)
        }
    }
}
