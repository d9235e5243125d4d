internal import StreamCore
internal import Synchronization

/// Answers that hold for a second, or for twenty times as long as it took to find them, so that finding them takes a twentieth of the time at
/// the most. Who asks while one is looked for waits for that one.
final class Briefly<Question: Hashable & Sendable, Answer: Sendable>: Sendable {
    /// The look for one answer; whoever comes second waits at its lock.
    private final class Flight: Sendable {
        let answer = Mutex<(value: Answer, until: EventTime)?>(nil)
    }

    private let flights = Mutex<[Question: Flight]>([:])
    private let clock: @Sendable () -> EventTime
    /// How many answers are kept.
    private static var most: Int { 256 }
    private static var least: EventTime.Span { EventTime.Span(.seconds(1)) }

    init(clock: @escaping @Sendable () -> EventTime) { self.clock = clock }

    /// The answer to a question: the one that holds, or the one that `find` gives. What it throws is not kept.
    func value<Failure: Error>(of question: Question, _ find: () throws(Failure) -> Answer) throws(Failure) -> Answer {
        let flight = flights.withLock { flights in
            if let flight = flights[question] { return flight }
            if flights.count >= Self.most { flights = [:] }
            let flight = Flight()
            flights[question] = flight
            return flight
        }
        let outcome = flight.answer.withLock { answer -> Result<Answer, Failure> in
            let begun = clock()
            if let answer, begun < answer.until { return .success(answer.value) }
            do throws(Failure) {
                let found = try find()
                let ended = clock()
                let took = EventTime.Span(microseconds: ended.since(begun).microseconds * 20)
                answer = (found, ended.advanced(by: max(Self.least, took)))
                return .success(found)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
