internal import HTTPClient
internal import StreamCore
internal import Wire

/// Watches one life of the process catch up: from its first answer on, until every task has read what its partitions held by then.
struct Progress {
    private let address: String
    private let session: HTTPSession
    private var goals: [String: Int64]?
    /// What the last look saw of the way there: another one as long as something gets on.
    private(set) var mark = ""

    init(_ address: String, _ session: HTTPSession) {
        self.address = address
        self.session = session
    }

    /// Asks once; whether it has caught up.
    mutating func hasCaughtUp() -> Bool {
        var request = HTTPClientRequest("GET", "\(address)/ops/jobs/ledger")
        request.totalTimeout = .seconds(5)
        guard let response = try? session.send(request), response.status == 200, let job = try? JSON(parsing: response.body)
        else { return false }
        let tasks = (job["stages"]?.array ?? []).flatMap { $0["tasks"]?.array ?? [] }
        mark = tasks.map { "\($0["task"]?.string ?? "") \($0["state"]?.string ?? "") \($0["generation"]?.integer ?? 0)" }.joined(
            separator: ",")
        let isRunning = !tasks.isEmpty && tasks.allSatisfy { $0["state"]?.string == "RUNNING" }
        guard isRunning else { return false }
        let inlets = tasks.flatMap { $0["inlets"]?.array ?? [] }
        func positions(_ value: (JSON) -> Int64) -> [String: Int64] {
            Dictionary(inlets.map { ("\($0["topic"]?.string ?? "")/\($0["partition"]?.integer ?? 0)", value($0)) }, uniquingKeysWith: min)
        }
        let reached = positions { $0["position"]?.integer ?? 0 }
        let wanted = goals ?? positions { ($0["position"]?.integer ?? 0) + ($0["lag"]?.integer ?? 0) }
        goals = wanted
        mark += " \(wanted.reduce(0) { $0 + min($1.value, reached[$1.key] ?? 0) })"
        return wanted.allSatisfy { reached[$0.key] ?? 0 >= $0.value }
    }
}

/// Spans that were measured, and how they are spread.
struct Spans {
    private var all: [Duration] = []

    mutating func add(_ span: Duration) { all.append(span) }

    var count: Int { all.count }

    /// The median and the 99th percentile, in milliseconds.
    var text: String {
        if all.isEmpty { return "none measured" }
        let sorted = all.sorted()
        let (median, high) = (sorted[sorted.count / 2], sorted[min(sorted.count - 1, sorted.count * 99 / 100)])
        return "median \(milliseconds(median)) ms, p99 \(milliseconds(high)) ms"
    }

    private func milliseconds(_ span: Duration) -> Int { Int(span / .milliseconds(1)) }
}
