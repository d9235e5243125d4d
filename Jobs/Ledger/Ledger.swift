public import Dataflow
internal import StreamCore

/// Moves money between accounts: a small, honest ledger, and the job that the crash tests run.
///
/// It has one of everything that a crash could break: state by key, an ordering buffer, timers, a shuffle and windows. What leaves it
/// follows from the transfers alone, whatever happened on the way, so an oracle that reads the transfers knows every record it must
/// write:
/// - Each account may spend what it opened with. Its transfers are judged in the order of their time, equal times by id. One that it can
///   pay becomes one record of `debits`; any other one of `refused`. One too late to be judged in order goes to `late` instead.
/// - Each debit becomes one record of `credits`. What was received is kept apart from what may be spent, so the order in which credits
///   from several accounts arrive decides nothing.
/// - `counts` says how many credits each account got in each second of event time, `statements` how an account stood after it had paid
///   nothing for a while. Nothing is ever late for either.
public struct Ledger: Job {
    public static let name = "ledger"
    public static let summary = "moves money between accounts: what the crash tests count"

    static let transfers = Inlet<Transfer>("transfers")
    static let debits = Outlet<Movement>("debits")
    static let refused = Outlet<Transfer>("refused")
    static let late = Outlet<Transfer>("late")
    static let statements = Outlet<Statement>("statements")
    static let credits = Outlet<Movement>("credits")
    static let counts = Outlet<SecondCount>("counts")

    private let opening: Int
    private let quiet: EventTime.Span

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        opening = settings.integer("opening", default: 10_000, in: 0...1_000_000_000_000)
        quiet = EventTime.Span(settings.duration("statement-after", default: .seconds(5), atLeast: .microseconds(1)))
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let (opening, quiet) = (opening, quiet)
        let judged = flow.from(Self.transfers, decoding: { TransferDecoder() })
            .keyed("accounts", by: "from") { $0.from }
            .ordered("in-order", ties: \.id, late: Self.late, encoding: { TransferEncoder() })
            .processed("judged") { Spending(opening: opening, quiet: quiet, in: $0.state) }
        judged.flatMapped("refusals") { $0.refused }.into(Self.refused, encoding: { TransferEncoder() })
        judged.flatMapped("closings") { $0.statement }.into(Self.statements, encoding: { StatementEncoder() })

        let paid = judged.flatMapped("paid") { $0.debited }
        paid.into(Self.debits, encoding: { MovementEncoder() })

        let received = paid.keyed("receivers", by: "to") { $0.transfer.to }
        received.processed("received") { Receiving(in: $0.state) }.into(Self.credits, encoding: { MovementEncoder() })
        received.windowed(.tumbling(.seconds(1))).aggregated("per-second", by: CountFold()).into(Self.counts, encoding: { CountEncoder() })
    }
}
