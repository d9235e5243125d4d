internal import StreamCore

/// Says what the outlets must hold, from the transfers alone, and how what they hold differs from that.
struct Oracle {
    /// What differs.
    struct Verdict: Equatable {
        /// Records that must be there and are not.
        var lost = 0
        /// Records that are there more than once.
        var doubled = 0
        /// Records that say something else than they must, or that nothing accounts for.
        var wrong = 0
        /// The first few of them.
        var examples: [String] = []

        var isClean: Bool { lost + doubled + wrong == 0 }

        mutating func note(_ kind: WritableKeyPath<Verdict, Int>, _ example: @autoclosure () -> String) { note(kind, 1, example()) }

        mutating func note(_ kind: WritableKeyPath<Verdict, Int>, _ count: Int, _ example: @autoclosure () -> String) {
            if count == 0 { return }
            self[keyPath: kind] += count
            if examples.count < 12 { examples.append(example()) }
        }
    }

    let opening: Int
    let quiet: EventTime.Span

    func judge(_ books: Books) -> Verdict {
        var verdict = Verdict()
        verdict.note(\.doubled, books.repeatedTransfers, "transfers published once, found more often")
        let late = ids("late", books, &verdict)
        let expected = expectations(books, without: late)
        compareRefused(books, expected, &verdict)
        compareSequences("debits", books, expected.debits, &verdict) { ($0.id ?? -1, $0.balance, $0.count) }
        compareSequences("statements", books, expected.statements, &verdict) { (Int($0.time.microseconds), $0.balance, $0.count) }
        compareCredits(books, expected, &verdict)
        compareCounts(books, expected, &verdict)
        return verdict
    }

    /// What the transfers that were judged in order lead to.
    private struct Expectations {
        var refused: Set<Int> = []
        /// By payer: id, balance and count after it.
        var debits: [Int: [(Int, Int, Int)]] = [:]
        /// By account: when, balance and count.
        var statements: [Int: [(Int, Int, Int)]] = [:]
        /// By receiver, by id: the amount.
        var credits: [Int: [Int: Int]] = [:]
        var counts: [AccountSecond: Int] = [:]
    }

    private struct AccountSecond: Hashable {
        let account: Int
        let second: EventTime
    }

    private func expectations(_ books: Books, without late: Set<Int>) -> Expectations {
        var expected = Expectations()
        let judged = books.transfers.filter { !late.contains($0.key) }
        for (payer, transfers) in Dictionary(grouping: judged, by: \.value.from) {
            var (balance, count) = (opening, 0)
            var moved: EventTime?
            func state(_ moved: EventTime) {
                expected.statements[payer, default: []].append((Int(moved.advanced(by: quiet).microseconds), balance, count))
            }
            for (id, paid) in transfers.sorted(by: { ($0.value.time, $0.key) < ($1.value.time, $1.key) }) {
                guard balance >= paid.amount else {
                    expected.refused.insert(id)
                    continue
                }
                // A timer comes after the records of its own instant.
                if let moved, moved.advanced(by: quiet) < paid.time { state(moved) }
                balance -= paid.amount
                count += 1
                moved = paid.time
                expected.debits[payer, default: []].append((id, balance, count))
                expected.credits[paid.to, default: [:]][id] = paid.amount
                let second = EventTime(microseconds: paid.time.microseconds / 1_000_000 * 1_000_000)
                expected.counts[AccountSecond(account: paid.to, second: second), default: 0] += 1
            }
            if let moved { state(moved) }
        }
        return expected
    }

    /// The ids of an outlet, each at most once.
    private func ids(_ outlet: String, _ books: Books, _ verdict: inout Verdict) -> Set<Int> {
        var seen: Set<Int> = []
        for entry in books.entries[outlet] ?? [] {
            guard let id = entry.id, books.transfers[id] != nil else {
                verdict.note(\.wrong, "\(outlet): transfer \(entry.id ?? -1) at \(entry.place), which was never published")
                continue
            }
            if !seen.insert(id).inserted { verdict.note(\.doubled, "\(outlet): transfer \(id) again at \(entry.place)") }
        }
        return seen
    }

    private func compareRefused(_ books: Books, _ expected: Expectations, _ verdict: inout Verdict) {
        let found = ids("refused", books, &verdict)
        let (missing, extra) = (expected.refused.subtracting(found), found.subtracting(expected.refused))
        verdict.note(\.lost, missing.count, "refused: \(missing.min() ?? 0) is missing")
        verdict.note(\.wrong, extra.count, "refused: \(extra.min() ?? 0) could be paid")
    }

    /// An outlet whose records of one account come in one order and no other.
    private func compareSequences(
        _ outlet: String, _ books: Books, _ expected: [Int: [(Int, Int, Int)]], _ verdict: inout Verdict,
        _ facts: (Entry) -> (Int, Int, Int)
    ) {
        let found = Dictionary(grouping: books.entries[outlet] ?? [], by: { $0.account ?? -1 })
        for account in Set(found.keys).union(expected.keys) {
            let (has, wants) = (found[account] ?? [], expected[account] ?? [])
            var seen: Set<Int> = []
            let extra = has.filter { !seen.insert(facts($0).0).inserted }
            verdict.note(\.doubled, extra.count, "\(outlet): account \(account) has \(facts(extra[0])) again at \(extra[0].place)")
            let missing = wants.filter { !seen.contains($0.0) }
            verdict.note(\.lost, missing.count, "\(outlet): account \(account) lacks \(missing[0])")
            let known = Dictionary(uniqueKeysWithValues: wants.map { ($0.0, $0) })
            var last = 0
            for entry in has {
                let fact = facts(entry)
                guard let want = known[fact.0], want == fact else {
                    let right = known[fact.0].map { "\($0)" } ?? "that at all"
                    verdict.note(\.wrong, "\(outlet): account \(account) has \(fact) at \(entry.place), not \(right)")
                    continue
                }
                if fact.2 < last { verdict.note(\.wrong, "\(outlet): account \(account) has \(fact) at \(entry.place) out of order") }
                last = fact.2
            }
        }
    }

    /// Credits of one account may come in any order, but each once, and each must stand on the one before.
    private func compareCredits(_ books: Books, _ expected: Expectations, _ verdict: inout Verdict) {
        let found = Dictionary(grouping: books.entries["credits"] ?? [], by: { $0.account ?? -1 })
        for account in Set(found.keys).union(expected.credits.keys) {
            let wants = expected.credits[account] ?? [:]
            var seen: Set<Int> = []
            var (balance, count) = (0, 0)
            for entry in found[account] ?? [] {
                let id = entry.id ?? -1
                balance += entry.amount
                count += 1
                let name = "credits: account \(account), transfer \(id) at \(entry.place)"
                if !seen.insert(id).inserted { verdict.note(\.doubled, "\(name): again") }
                if wants[id] != entry.amount || entry.balance != balance || entry.count != count {
                    verdict.note(\.wrong, "\(name): balance \(entry.balance) after \(entry.count), not \(balance) after \(count)")
                    (balance, count) = (entry.balance, entry.count)
                }
            }
            let missing = Set(wants.keys).subtracting(seen)
            verdict.note(\.lost, missing.count, "credits: account \(account) lacks transfer \(missing.min() ?? 0)")
        }
    }

    private func compareCounts(_ books: Books, _ expected: Expectations, _ verdict: inout Verdict) {
        var seen: Set<AccountSecond> = []
        for entry in books.entries["counts"] ?? [] {
            let place = AccountSecond(account: entry.account ?? -1, second: entry.second ?? .distantPast)
            let name = "counts: account \(place.account), second \(place.second)"
            if !seen.insert(place).inserted { verdict.note(\.doubled, "\(name) again at \(entry.place)") }
            let right = expected.counts[place] ?? 0
            if right != entry.count { verdict.note(\.wrong, "\(name): \(entry.count), not \(right)") }
        }
        let missing = Set(expected.counts.keys).subtracting(seen)
        verdict.note(
            \.lost, missing.count, "counts: \(missing.first.map { "account \($0.account), second \($0.second)" } ?? "") is missing")
    }

    /// Money that the debits and credits found have made or destroyed; 0 when all have arrived.
    func difference(_ books: Books) -> Int {
        (books.entries["debits"] ?? []).reduce(0) { $0 + $1.amount } - (books.entries["credits"] ?? []).reduce(0) { $0 + $1.amount }
    }
}
