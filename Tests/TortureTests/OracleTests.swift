internal import StreamCore
internal import Testing
@testable internal import torture

private func at(_ milliseconds: Int64) -> EventTime { EventTime(milliseconds: milliseconds) }

private func entry(
    _ time: Int64, id: Int? = nil, account: Int? = nil, amount: Int = 0, balance: Int = 0, count: Int = 0, second: Int64? = nil
) -> Entry {
    Entry(
        partition: 0, offset: 0, time: at(time), id: id, account: account, from: nil, to: nil, amount: amount, balance: balance,
        count: count,
        second: second.map { at($0) })
}

/// Who guards the guard: an oracle that sees nothing would pass every run.
@Suite struct OracleTests {
    private let oracle = Oracle(opening: 100, quiet: EventTime.Span(microseconds: 2_000_000))
    private let transfers: [Int: Books.Paid] = [
        1: Books.Paid(from: 7, to: 8, amount: 60, time: at(1_000)), 2: Books.Paid(from: 7, to: 9, amount: 30, time: at(1_500)),
        3: Books.Paid(from: 7, to: 8, amount: 20, time: at(1_600)), 4: Books.Paid(from: 7, to: 8, amount: 5, time: at(9_000)),
    ]
    private let entries: [String: [Entry]] = [
        "debits": [
            entry(1_000, id: 1, account: 7, amount: 60, balance: 40, count: 1),
            entry(1_500, id: 2, account: 7, amount: 30, balance: 10, count: 2),
            entry(9_000, id: 4, account: 7, amount: 5, balance: 5, count: 3),
        ],
        "refused": [entry(1_600, id: 3)],
        "statements": [entry(3_500, account: 7, balance: 10, count: 2), entry(11_000, account: 7, balance: 5, count: 3)],
        "credits": [
            entry(1_500, id: 2, account: 9, amount: 30, balance: 30, count: 1),
            entry(9_000, id: 4, account: 8, amount: 5, balance: 5, count: 1),
            entry(1_000, id: 1, account: 8, amount: 60, balance: 65, count: 2),
        ],
        "counts": [
            entry(1_999, account: 8, count: 1, second: 1_000), entry(1_999, account: 9, count: 1, second: 1_000),
            entry(9_999, account: 8, count: 1, second: 9_000),
        ],
    ]

    private func judged(_ change: (inout [String: [Entry]]) -> Void) -> Oracle.Verdict {
        var changed = entries
        change(&changed)
        return oracle.judge(Books(transfers: transfers, entries: changed))
    }

    @Test func `outlets that hold what the transfers imply are clean`() { #expect(judged { _ in }.isClean) }

    @Test(arguments: ["debits", "refused", "statements", "credits", "counts"])
    func `a record that is missing is lost`(outlet: String) { #expect(judged { $0[outlet]?.removeLast() }.lost == 1) }

    @Test(arguments: ["debits", "refused", "statements", "credits", "counts"])
    func `a record that is there twice is doubled`(outlet: String) {
        #expect(judged { $0[outlet]?.append(entries[outlet]![0]) }.doubled == 1)
    }

    @Test func `a balance that nothing accounts for is wrong`() {
        #expect(judged { $0["debits"]?[1] = entry(1_500, id: 2, account: 7, amount: 30, balance: 11, count: 2) }.wrong == 1)
        #expect(judged { $0["credits"]?[2] = entry(1_000, id: 1, account: 8, amount: 60, balance: 60, count: 1) }.wrong == 1)
        #expect(judged { $0["counts"]?[0] = entry(1_999, account: 8, count: 2, second: 1_000) }.wrong == 1)
    }

    @Test func `debits of an account out of order are wrong`() { #expect(judged { $0["debits"]?.swapAt(0, 1) }.wrong == 1) }

    @Test func `a record that nobody asked for is wrong`() {
        #expect(judged { $0["refused"]?.append(entry(1_000, id: 99)) }.wrong == 1)
        #expect(judged { $0["statements"]?.append(entry(5_000, account: 7, balance: 10, count: 2)) }.wrong == 1)
    }

    @Test func `a transfer that was late moves nothing`() {
        let verdict = judged { entries in
            entries["late"] = [entry(9_000, id: 4)]
            entries["debits"]?.removeLast()
            entries["statements"]?.removeLast()
            entries["credits"]?.remove(at: 1)
            entries["credits"]?[1] = entry(1_000, id: 1, account: 8, amount: 60, balance: 60, count: 1)
            entries["counts"]?.removeLast()
        }
        #expect(verdict.isClean)
    }
}
