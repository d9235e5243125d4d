internal import EventLog
internal import Execution
internal import HTTPServer
internal import StreamCore

/// What is asked about the whole cluster: this process answers for its own tasks and asks the others for theirs.
extension Inspection {
    /// The other processes to ask; `nil` where there can be none, or only this process's part was asked for.
    func fellows(for request: HTTPRequest) throws(Refusal) -> Fellows? {
        switch request.query["scope"] {
        case nil, "cluster": return fellows
        case "local": return nil
        case .some(let text): throw .parameter("scope", "expected cluster (the usual) or local, found \(text)")
        }
    }

    /// Who shares the cluster's tasks, as this process knows it; asks each whether it is there.
    func members(_ request: HTTPRequest) async throws(Refusal) -> Answer {
        guard let fellows = try fellows(for: request) else {
            return .whole(.json(.object(["members": [], "unreachable": []])))
        }
        let echo = await fellows.ask(request)
        let members = fellows.members.sorted { $0.instance < $1.instance }.map { member in
            JSON.object([
                "instance": .string(member.instance), "address": .string(member.address), "tasks": .integer(Int64(member.turns.count)),
                "reachable": .bool(member.instance == fellows.instance || echo.answers.contains { $0.member.instance == member.instance }),
                "this": .bool(member.instance == fellows.instance),
            ])
        }
        return .whole(.json(.object(["members": .array(members), "unreachable": .array(echo.absent.map(\.json))])))
    }

    /// Every job, each with what all its tasks come to.
    func jobs(_ request: HTTPRequest) async throws(Refusal) -> Answer {
        let own = await engine.snapshot().map(\.summary)
        guard let fellows = try fellows(for: request) else { return .whole(.json(.object(["jobs": .array(own)]))) }
        let echo = await fellows.ask(request)
        let all = [own] + echo.answers.map { $0.body["jobs"]?.array ?? [] }
        let names = Set(all.joined().compactMap { $0["name"]?.string }).sorted()
        let merge = JobMerge(absent: echo.absent)
        let jobs = names.map { name in merge.summary(all.compactMap { $0.first { $0["name"]?.string == name } }) }
        return .whole(.json(.object(["jobs": .array(jobs), "unreachable": .array(echo.absent.map(\.json))])))
    }

    /// A job, task by task; `own` is this process's part, asked first so that what it refuses is refused at once.
    func merged(_ request: HTTPRequest, _ own: () async throws(Refusal) -> JSON) async throws(Refusal) -> Answer {
        guard let fellows = try fellows(for: request) else { return .whole(.json(try await own())) }
        let part = try await own()
        let echo = await fellows.ask(request)
        let parts = [(fellows.address, part)] + echo.answers.filter { $0.status == 200 }.map { ($0.member.address, $0.body) }
        let refused = echo.answers.filter { $0.status != 200 }.map { answer in
            JSON.object([
                "instance": .string(answer.member.instance), "address": .string(answer.member.address),
                "reason": answer.body["error"]?["message"],
            ])
        }
        let job = JobMerge(absent: echo.absent).job(parts).adding("unreachable", .array(echo.absent.map(\.json)))
        return .whole(.json(refused.isEmpty ? job : job.adding("refused", .array(refused))))
    }

    /// Rows of all tasks, in the order of tasks and keys, at most `limit`.
    func mergedRows(_ request: HTTPRequest, limit: Int, _ own: () async throws(Refusal) -> JSON) async throws(Refusal) -> Answer {
        guard let fellows = try fellows(for: request) else { return .whole(.json(try await own())) }
        let part = try await own()
        let echo = await fellows.ask(request)
        let parts = [part] + echo.answers.filter { $0.status == 200 }.map(\.body)
        let rows = parts.flatMap { $0["rows"]?.array ?? [] }.sorted { RowOrder($0) < RowOrder($1) }
        let members = (part.members ?? []).filter { !["rows", "total", "has_more"].contains($0.name) }
        let hasMore = rows.count > limit || parts.contains { $0["has_more"]?.bool == true }
        return .whole(
            .json(
                .object(
                    members + [
                        JSON.Member("rows", .array(Array(rows.prefix(limit)))),
                        JSON.Member("total", .integer(Int64(min(rows.count, limit)))),
                        JSON.Member("has_more", .bool(hasMore)), JSON.Member("unreachable", .array(echo.absent.map(\.json))),
                    ])))
    }

    /// The row of a key that no task here has, from the others: first from those who were said to hold the turns that are not here (`nil`:
    /// it is not known which), then from everybody else. Each that has no such row says which turns it does not hold itself; only when those
    /// of all have nothing in common is it known that there is none.
    func row(
        held turns: Set<TopicPartition>?, _ fellows: Fellows, _ request: HTTPRequest, unless nowhere: Refusal
    ) async throws(Refusal) -> Answer {
        let holders = Set(fellows.members.filter { turns?.isDisjoint(with: $0.turns) == false }.map(\.instance))
        var unseen = turns.map { Set($0.map(\.description)) }
        var reasons: [String] = []
        for isHolder in [true, false] {
            let echo = await fellows.ask(request) { holders.contains($0.instance) == isHolder }
            if let found = echo.answers.first(where: { $0.status == 200 }) { return .whole(.json(found.body)) }
            for answer in echo.answers {
                switch RowAbsence(answer.body) {
                case .everywhere: throw nowhere
                case .here(let others): unseen = unseen?.intersection(others) ?? others
                case .unknown(let reason): reasons.append("\(answer.member.address): \(reason)")
                }
            }
            if unseen?.isEmpty == true { throw nowhere }
            reasons += echo.absent.map { "\($0.member?.address ?? "the log"): \($0.reason)" }
        }
        if let unseen { reasons.append("nobody \(reasons.isEmpty ? "" : "who answered ")runs \(unseen.count) of its tasks just now") }
        throw Refusal(
            503, "UNREACHABLE",
            "\(nowhere.message) in the tasks that answered, and not all did, so it is not known: \(reasons.joined(separator: "; "))")
    }
}

/// What another process says that has no row under a key.
private enum RowAbsence {
    /// No task of the job has one.
    case everywhere
    /// None of those that run there; the turns of the others.
    case here(Set<String>)
    /// Nothing that can be relied on.
    case unknown(String)

    init(_ answer: JSON) {
        let error = answer["error"]
        switch error?["code"]?.string {
        case "NO_SUCH_KEY": self = .everywhere
        case "ELSEWHERE": self = .here(Set((error?["details"]?.array ?? []).compactMap { $0["issue"]?.string }))
        default: self = .unknown(error?["message"]?.string ?? "an answer that says nothing")
        }
    }
}

/// Where a rendered row comes in a scan: by task, then by key.
private struct RowOrder: Comparable {
    private let stage: String
    private let partition: Int
    private let key: String

    init(_ row: JSON) {
        let task = (row["task"]?.string ?? "").split(separator: "/", omittingEmptySubsequences: false)
        stage = task.dropLast().joined(separator: "/")
        partition = task.last.flatMap { Int($0) } ?? 0
        key = row["key"]?.string ?? ""
    }

    static func < (a: RowOrder, b: RowOrder) -> Bool { (a.stage, a.partition, a.key) < (b.stage, b.partition, b.key) }
}
