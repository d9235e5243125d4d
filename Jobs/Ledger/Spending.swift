internal import Dataflow
internal import KeyedState
internal import StreamCore

/// How an account stands: what it may still spend or has received, and after how many movements.
struct Account: Storable, Hashable {
    var balance: Int
    var count = 0
    /// When the last movement was.
    var moved = EventTime.distantPast

    init(balance: Int) { self.balance = balance }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        balance = try Int(from: &reader, version: version)
        count = try Int(from: &reader, version: version)
        moved = try EventTime(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        balance.store(into: &writer)
        count.store(into: &writer)
        moved.store(into: &writer)
    }

    var json: JSON {
        .object(["balance": balance.json, "count": count.json, "moved": moved == .distantPast ? .null : moved.json])
    }
}

/// What becomes of a transfer, or of an account that has been quiet.
enum Judgement: Sendable {
    case debited(Movement)
    case refused(Transfer)
    case quiet(Statement)

    var debited: [Movement] { if case .debited(let movement) = self { [movement] } else { [] } }
    var refused: [Transfer] { if case .refused(let transfer) = self { [transfer] } else { [] } }
    var statement: [Statement] { if case .quiet(let statement) = self { [statement] } else { [] } }
}

/// Takes transfers from those who pay, in the order of their time, and refuses what an account cannot pay.
struct Spending: KeyedProcess {
    private let opening: Int
    private let quiet: EventTime.Span
    private let accounts: ValueState<String, Account>
    let timers: TimerState<String>?

    init(opening: Int, quiet: EventTime.Span, in scope: StateScope) {
        self.opening = opening
        self.quiet = quiet
        accounts = scope.value("accounts")
        timers = scope.timers("quiet")
    }

    mutating func process(
        _ transfer: Transfer, of payer: String, at time: EventTime, into out: inout Output<Judgement>
    ) throws(StageFailure) {
        let before = try accounts.value(for: payer) ?? Account(balance: opening)
        guard before.balance >= transfer.amount else { return out.emit(.refused(transfer), at: time) }
        var after = before
        after.balance -= transfer.amount
        after.count += 1
        after.moved = time
        try accounts.set(after, for: payer)
        if before.count > 0 { timers?.cancel(Timer(payer, at: before.moved.advanced(by: quiet))) }
        timers?.set(Timer(payer, at: time.advanced(by: quiet)))
        out.emit(.debited(Movement(account: payer, transfer: transfer, balance: after.balance, count: after.count)), at: time)
    }

    mutating func timerFired(_ timer: Timer<String>, into out: inout Output<Judgement>) throws(StageFailure) {
        guard let account = try accounts.value(for: timer.key) else { return }
        out.emit(.quiet(Statement(account: timer.key, balance: account.balance, count: account.count)), at: timer.time)
    }
}
