internal import Pgoutput
internal import StreamCore

/// What the server sends of large transactions that are still running. It may yet be rolled back, the whole or a part, so it is kept on disk
/// until the transaction commits.
struct RunningTransactions {
    private struct Running {
        let spool: Spool
        var aborted: Set<UInt32> = []
    }

    private let directory: String
    private var running: [UInt32: Running] = [:]
    private var current: UInt32?

    /// Keeps them in that directory.
    init(in directory: String) { self.directory = directory }

    /// A piece of that transaction follows.
    mutating func begin(_ transaction: UInt32) throws(StageFailure) {
        if running[transaction] == nil { running[transaction] = Running(spool: try Spool(in: directory)) }
        current = transaction
    }

    /// The piece has ended.
    mutating func end() { current = nil }

    /// A message of the piece.
    func append(_ message: Spool.Message) throws(StageFailure) { try current.flatMap { running[$0] }?.spool.append(message) }

    /// A transaction, or a part of one, was rolled back.
    mutating func abort(_ transaction: UInt32, part: UInt32) {
        if part == transaction { running[transaction] = nil } else { running[transaction]?.aborted.insert(part) }
    }

    /// A transaction has committed, its COMMIT between those places: what is to be read back of it.
    mutating func commit(_ transaction: UInt32, at final: LogPosition, end: LogPosition, time: EventTime) -> KeptTransaction? {
        running.removeValue(forKey: transaction).map {
            KeptTransaction(number: transaction, final: final, end: end, time: time, spool: $0.spool, aborted: $0.aborted)
        }
    }
}

/// A large transaction that has committed and is read back, in the form that it would have come in after its commit.
struct KeptTransaction {
    let number: UInt32
    let final: LogPosition
    let end: LogPosition
    let time: EventTime
    let spool: Spool
    /// Its parts that were rolled back.
    let aborted: Set<UInt32>
    private var hasBegun = false
    private var held: (message: PgoutputMessage, start: LogPosition)?

    init(number: UInt32, final: LogPosition, end: LogPosition, time: EventTime, spool: Spool, aborted: Set<UInt32>) {
        (self.number, self.final, self.end, self.time, self.spool, self.aborted) = (number, final, end, time, spool, aborted)
    }

    /// Whether it has had a change.
    var isEmpty: Bool { !hasBegun }

    /// The next message, its begin before the first change; `nil` before its commit. What describes tables counts even where the part that
    /// it came in was rolled back: the server says it once.
    mutating func next() throws -> (message: PgoutputMessage, start: LogPosition)? {
        if let next = held.take() { return next }
        while let kept = try spool.next() {
            let message = try PgoutputDecoder.decode(ofPiece: kept.payload)
            switch message {
            case .relation, .type: return (message, kept.start)
            case _ where aborted.contains(kept.part): continue
            case _ where hasBegun: return (message, kept.start)
            default:
                hasBegun = true
                held = (message, kept.start)
                return (.begin(final: final, at: time, transaction: number), kept.start)
            }
        }
        return nil
    }
}
