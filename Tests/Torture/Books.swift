internal import HTTPClient
internal import StreamCore

/// Everything that the topics hold, as far as it has been read.
struct Books {
    private(set) var transfers: [Int: Paid] = [:]
    private(set) var repeatedTransfers = 0
    private(set) var entries: [String: [Entry]] = [:]
    private var input = TopicTail(Deployment.transfers)
    private var outputs = Deployment.outlets.map { (outlet: $0, tail: TopicTail(Deployment.topic($0))) }

    /// A transfer as its topic holds it.
    struct Paid {
        let from: Int
        let to: Int
        let amount: Int
        let time: EventTime
    }

    init() {}

    /// Books as they might be found.
    init(transfers: [Int: Paid], entries: [String: [Entry]]) {
        self.transfers = transfers
        self.entries = entries
    }

    /// Reads what has been committed since. The outlets first: what they hold then follows from transfers that are read after them.
    mutating func read(from address: String, _ session: HTTPSession) throws {
        for index in outputs.indices {
            entries[outputs[index].outlet, default: []] += try outputs[index].tail.read(from: address, session)
        }
        try enter(try input.read(from: address, session))
    }

    /// Takes up transfers in the order of their topic.
    mutating func enter(_ published: [Entry]) throws {
        for entry in published {
            guard let id = entry.id, let from = entry.from, let to = entry.to else { throw Trouble("a transfer that nobody published") }
            let known = transfers.updateValue(Paid(from: from, to: to, amount: entry.amount, time: entry.time), forKey: id)
            if known != nil { repeatedTransfers += 1 }
        }
    }

    /// How many records they hold.
    var size: Int { transfers.count + entries.reduce(0) { $0 + $1.value.count } }

    /// How many records an outlet holds.
    func count(_ outlet: String) -> Int { entries[outlet]?.count ?? 0 }

    /// Whether there may be nothing to wait for: every transfer judged, every debit credited, every credit counted.
    var mayBeComplete: Bool {
        count("debits") + count("refused") + count("late") >= transfers.count && count("credits") >= count("debits")
            && (entries["counts"] ?? []).reduce(0) { $0 + $1.count } >= count("credits")
    }
}
