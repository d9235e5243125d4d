internal import EventLog
internal import StreamCore
internal import Synchronization

/// What the log says of this process's turns, until the engine gets to it: in order, from any thread.
final class TurnInbox: Sendable {
    /// A change, and the tenure that it began where it is a grant.
    struct Arrival: Sendable {
        let change: TurnChange
        let tenure: Int
    }

    private let changes = Mutex<[Arrival]>([])
    let tenures = Tenures()
    /// One for some changes, or more than one for none: look then.
    let arrivals: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init() { (arrivals, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func post(_ change: TurnChange) {
        changes.withLock { changes in
            var tenure = 0
            switch change {
            case .granted(let turns): tenure = tenures.begin(turns)
            case .revoked: break
            case .lost(let turns): tenures.end(turns)
            }
            changes.append(Arrival(change: change, tenure: tenure))
        }
        bell.yield()
    }

    /// Puts changes back that could not be acted on, before all others.
    func putBack(_ earlier: [Arrival]) {
        changes.withLock { $0.insert(contentsOf: earlier, at: 0) }
        bell.yield()
    }

    /// The oldest, taken out.
    func next() -> Arrival? { changes.withLock { $0.isEmpty ? nil : $0.removeFirst() } }

    /// The turns that are known to be lost, though nobody has got to it.
    var lost: Set<TopicPartition> {
        changes.withLock { changes in
            changes.reduce(into: []) { lost, arrival in if case .lost(let turns) = arrival.change { lost.formUnion(turns) } }
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
