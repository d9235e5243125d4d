internal import HTTPClient
internal import StreamCore

/// Reads the books and lets the oracle judge them.
struct Audit {
    private(set) var books = Books()
    private let oracle: Oracle
    private let session: HTTPSession

    init(opening: Int, _ session: HTTPSession) {
        oracle = Oracle(opening: opening, quiet: Deployment.quiet)
        self.session = session
    }

    /// Begins with empty books.
    mutating func forget() { books = Books() }

    /// Reads until everything has arrived, or nothing more has for so long. What cannot be read now is read later, within the limit.
    mutating func settle(at address: String, within limit: Duration) throws -> Oracle.Verdict {
        var deadline = ContinuousClock.now + limit
        var size = books.size
        while true {
            do {
                try books.read(from: address, session)
                if books.size != size { (size, deadline) = (books.size, .now + limit) }
            } catch  where ContinuousClock.now < deadline {
                pause(.milliseconds(200))
                continue
            }
            if books.mayBeComplete || ContinuousClock.now >= deadline {
                let verdict = oracle.judge(books)
                if verdict.isClean || verdict.doubled > 0 || ContinuousClock.now >= deadline { return verdict }
            }
            pause(.milliseconds(200))
        }
    }

    /// What books that somebody else has read come to.
    func judge(_ others: Books) -> Oracle.Verdict { oracle.judge(others) }

    /// How many of the acknowledged transfers their topic does not hold.
    func vanished(of load: Load) -> Int {
        let held = books.transfers
        return load.acknowledged.keys.count { held[$0] == nil }
    }

    /// Says what was found.
    func report(_ verdict: Oracle.Verdict, _ load: Load, _ say: (String) -> Void) {
        let off = oracle.difference(books)
        say(
            "  checked: \(books.transfers.count) transfers (\(load.acknowledged.count) acknowledged, \(vanished(of: load)) of them gone), "
                + "\(books.count("debits")) debits, \(books.count("credits")) credits, \(books.count("refused")) refused, "
                + "\(books.count("late")) late, \(books.count("statements")) statements, \(books.count("counts")) counts: "
                + "\(verdict.lost) lost, \(verdict.doubled) doubled, \(verdict.wrong) wrong, money \(off == 0 ? "conserved" : "off by \(off)")"
        )
        for example in verdict.examples { say("    \(example)") }
    }
}
