internal import HTTPClient
internal import StreamCore
internal import Wire

/// Holds what `/ops` says of accounts against the last record that left for each.
struct StateAudit {
    let session: HTTPSession

    /// What differs, asked of one process about the whole cluster.
    func differences(at address: String, from books: Books) throws -> [String] {
        try differences("accounts", "debits", address, books) + differences("receipts", "credits", address, books)
    }

    private struct Standing: Equatable {
        let balance: Int
        let count: Int
    }

    private func differences(_ state: String, _ outlet: String, _ address: String, _ books: Books) throws -> [String] {
        var expected: [Int: Standing] = [:]
        for entry in books.entries[outlet] ?? [] {
            guard let account = entry.account else { continue }
            expected[account] = Standing(balance: entry.balance, count: entry.count)
        }
        let found = try rows(state, at: address)
        return Set(found.keys).union(expected.keys).sorted().compactMap { account in
            if found[account] == expected[account] { return nil }
            func text(_ standing: Standing?) -> String { standing.map { "\($0.balance) after \($0.count)" } ?? "nothing" }
            return "state \(state) of account \(account) is \(text(found[account])); \(outlet) say \(text(expected[account]))"
        }
    }

    private func rows(_ state: String, at address: String) throws -> [Int: Standing] {
        var request = HTTPClientRequest("GET", "\(address)/ops/jobs/ledger/state/\(state)?limit=10000")
        request.totalTimeout = .seconds(30)
        let response = try session.send(request)
        guard response.status == 200 else {
            throw Trouble("reading state \(state): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
        let answer = try JSON(parsing: response.body)
        guard answer["unreachable"]?.array?.isEmpty ?? true, answer["has_more"]?.bool != true else {
            throw Trouble("reading state \(state): not all of it was there")
        }
        return (answer["rows"]?.array ?? []).reduce(into: [:]) { rows, row in
            guard let account = Name.number(row["key"]?.string), let value = row["value"] else { return }
            rows[account] = Standing(balance: Int(value["balance"]?.integer ?? 0), count: Int(value["count"]?.integer ?? 0))
        }
    }
}
