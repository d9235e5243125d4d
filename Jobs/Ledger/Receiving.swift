internal import Dataflow
internal import KeyedState
internal import StreamCore
internal import Wire

/// Gives to those who receive, in the order in which it arrives.
struct Receiving: KeyedProcess {
    private let accounts: ValueState<String, Account>

    init(in scope: StateScope) { accounts = scope.value("receipts") }

    mutating func process(
        _ debit: Movement, of receiver: String, at time: EventTime, into out: inout Output<Movement>
    ) throws(StageFailure) {
        var account = try accounts.value(for: receiver) ?? Account(balance: 0)
        let (sum, overflows) = account.balance.addingReportingOverflow(debit.transfer.amount)
        if overflows { throw StageFailure("crediting \(receiver): more than \(Int.max) in all", blame: .job, remedy: .deadLetter) }
        account.balance = sum
        account.count += 1
        account.moved = time
        try accounts.set(account, for: receiver)
        out.emit(Movement(account: receiver, transfer: debit.transfer, balance: account.balance, count: account.count), at: time)
    }
}

/// How many credits an account got within one second of event time.
struct SecondCount: Hashable, Sendable {
    let account: String
    let second: EventTime
    let count: Int
}

/// Counts.
struct CountFold: Aggregate {
    func empty() -> Int { 0 }
    func add(_ element: Movement, to count: inout Int) { count += 1 }
    func merge(_ a: Int, _ b: Int) -> Int { a + b }

    func result(_ count: Int, of account: String, in window: Window) -> SecondCount {
        SecondCount(account: account, second: window.start, count: count)
    }
}

/// Writes counts keyed by account.
struct CountEncoder: RecordEncoder {
    func key(of count: SecondCount) -> [UInt8]? { count.account.keyBytes }

    func encode(_ count: SecondCount, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { writer in
            JSON.object(["account": .string(count.account), "second": count.second.json, "count": count.count.json]).write(into: &writer)
        }
    }
}
