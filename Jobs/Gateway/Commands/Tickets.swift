internal import Freight
internal import StreamCore
internal import Synchronization

/// Who waits for the answer to which command. Requests draw a ticket on the listener's thread; the stage's thread answers or gives up.
final class Tickets: Sendable {
    /// Called once, on any thread.
    typealias Completion = @Sendable (Result<Reply.Outcome, Refusal>) -> Void

    private struct Waiting {
        let deadline: EventTime
        let completion: Completion
    }

    private struct Book {
        var next: UInt64
        /// Below it none is waiting.
        var oldest: UInt64
        var waiting: [UInt64: Waiting] = [:]
        var isClosed = false
    }

    private let instance: String
    private let patience: EventTime.Span
    private let book: Mutex<Book>

    /// Tickets of the process `instance`, numbered from its start, so that answers to an earlier one find nobody.
    init(_ instance: String, patience: EventTime.Span, at start: EventTime) {
        self.instance = instance
        self.patience = patience
        let first = UInt64(clamping: start.microseconds)
        book = Mutex(Book(next: first, oldest: first))
    }

    /// A ticket for somebody who waits from `now` on; nil where none are given out any more.
    func draw(at now: EventTime, _ completion: @escaping Completion) -> UInt64? {
        book.withLock { book in
            if book.isClosed { return nil }
            defer { book.next += 1 }
            book.waiting[book.next] = Waiting(deadline: now.advanced(by: patience), completion: completion)
            return book.next
        }
    }

    /// What the answer is to be sent to: this process and the ticket.
    func address(of ticket: UInt64) -> String { "\(instance)/\(ticket)" }

    /// The ticket of an address; nil for another process's.
    func ticket(of address: some Collection<UInt8>) -> UInt64? {
        let own = instance.utf8
        guard address.count > own.count + 1, address.starts(with: own), let slash = address.dropFirst(own.count).first, slash == 0x2f else {
            return nil
        }
        return UInt64(String(decoding: address.dropFirst(own.count + 1), as: UTF8.self))
    }

    /// Whether somebody still waits with it.
    func isWaiting(_ ticket: UInt64) -> Bool { book.withLock { $0.waiting[ticket] != nil } }

    /// Answers who waits with it, if anybody does.
    func answer(_ ticket: UInt64, _ result: Result<Reply.Outcome, Refusal>) {
        book.withLock { $0.waiting.removeValue(forKey: ticket) }?.completion(result)
    }

    /// Gives up on those who have waited for too long.
    func giveUp(at now: EventTime) {
        let overdue = book.withLock { book in
            var overdue: [Waiting] = []
            while book.oldest < book.next {
                if let waiting = book.waiting[book.oldest] {
                    if waiting.deadline > now { break }
                    book.waiting[book.oldest] = nil
                    overdue.append(waiting)
                }
                book.oldest += 1
            }
            return overdue
        }
        for waiting in overdue { waiting.completion(.failure(.timedOut)) }
    }

    /// When the next of them will have waited for too long.
    var nextDeadline: EventTime {
        book.withLock { book in
            while book.oldest < book.next {
                if let waiting = book.waiting[book.oldest] { return waiting.deadline }
                book.oldest += 1
            }
            return .distantFuture
        }
    }

    var isEmpty: Bool { book.withLock { $0.waiting.isEmpty } }

    /// Gives out no more.
    func close() { book.withLock { $0.isClosed = true } }

    /// Turns everybody away who still waits.
    func turnAway() {
        let left = book.withLock { book in
            book.isClosed = true
            defer { book.waiting = [:] }
            return book.waiting.values.map(\.completion)
        }
        for completion in left { completion(.failure(.closing)) }
    }
}

extension Refusal {
    /// 504: it may have been done, or not.
    static let timedOut = Refusal(
        504, "TIMED_OUT",
        "no answer came in time; the request may have been carried out: read it again, or send it again with its Idempotency-Key")

    /// 503: the gateway ends.
    static let closing = Refusal(503, "UNAVAILABLE", "the service is restarting; try again in a moment")

    /// 503: the log takes nothing.
    static let logUnavailable = Refusal(503, "LOG_UNAVAILABLE", "the log does not take requests at the moment; try again in a moment")
}
