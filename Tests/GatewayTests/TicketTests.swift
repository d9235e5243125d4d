internal import Freight
@testable internal import Gateway
internal import StreamCore
internal import Synchronization
internal import Testing

@Suite struct TicketTests {
    private let start = EventTime(milliseconds: 1_000)
    private let patience = EventTime.Span(.seconds(10))

    private final class Heard: Sendable {
        let statuses = Mutex<[Int]>([])
        var all: [Int] { statuses.withLock { $0 } }
        func hear(_ result: Result<Reply.Outcome, Refusal>) {
            statuses.withLock {
                switch result {
                case .success(let outcome): $0.append(outcome.status)
                case .failure(let refusal): $0.append(refusal.status)
                }
            }
        }
    }

    private func outcome(_ status: Int) -> Reply.Outcome { Reply.Outcome(status: status, entityType: .load, entityID: EntityID("l")) }

    @Test func `an answer reaches who drew the ticket, once`() throws {
        let (tickets, heard) = (Tickets("here", patience: patience, at: start), Heard())
        let ticket = try #require(tickets.draw(at: start) { heard.hear($0) })
        #expect(tickets.ticket(of: Array(tickets.address(of: ticket).utf8)) == ticket)
        tickets.answer(ticket, .success(outcome(201)))
        tickets.answer(ticket, .success(outcome(409)))
        #expect(heard.all == [201])
        #expect(tickets.isEmpty)
    }

    @Test func `an address of another process, or of nobody, is no ticket`() {
        let tickets = Tickets("here", patience: patience, at: start)
        for address in ["here", "here/", "here/x", "elsewhere/5", "herein/5", ""] {
            #expect(tickets.ticket(of: Array(address.utf8)) == nil)
        }
    }

    @Test func `who has waited too long is told so, the others wait on`() throws {
        let (tickets, early, late) = (Tickets("here", patience: patience, at: start), Heard(), Heard())
        _ = try #require(tickets.draw(at: start) { early.hear($0) })
        let second = try #require(tickets.draw(at: start.advanced(by: .init(.seconds(5)))) { late.hear($0) })
        tickets.giveUp(at: start.advanced(by: patience))
        #expect(early.all == [504] && late.all == [])
        #expect(tickets.nextDeadline == start.advanced(by: .init(.seconds(15))))
        tickets.answer(second, .success(outcome(200)))
        #expect(late.all == [200])
        #expect(tickets.nextDeadline == .distantFuture)
    }

    @Test func `closed, it gives out no more and turns away who is left`() throws {
        let (tickets, heard) = (Tickets("here", patience: patience, at: start), Heard())
        _ = try #require(tickets.draw(at: start) { heard.hear($0) })
        tickets.close()
        #expect(tickets.draw(at: start) { _ in } == nil)
        tickets.turnAway()
        #expect(heard.all == [503])
    }
}
