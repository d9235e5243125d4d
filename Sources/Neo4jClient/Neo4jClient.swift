internal import HTTPClient
public import StreamCore
internal import Synchronization
internal import Tokens
internal import Wire

/// Speaks Cypher to one Neo4j over its HTTP API: for threads that may block. Any number of callers may use one.
public final class Neo4jClient: Sendable {
    private let settings: Neo4jSettings
    private let session = HTTPSession(bodyLimit: 256 << 20)
    private let failure = Mutex<Neo4jFailure?>(nil)

    /// A client; nothing is connected by that.
    public init(_ settings: Neo4jSettings) { self.settings = settings }

    /// Why the last caller could not be served; `nil` where it was. What is merely refused does not count.
    public var condition: Neo4jFailure? { failure.withLock { $0 } }

    /// Runs statements in one transaction, all of them or none; the rows of each.
    public func run(_ statements: [Neo4jStatement]) throws(Neo4jFailure) -> [[[JSON]]] {
        do throws(Neo4jFailure) {
            let answer = try attempt(statements)
            failure.withLock { $0 = nil }
            return answer
        } catch {
            switch error.kind {
            case .unavailable, .unknown, .forbidden, .unfit: failure.withLock { $0 = error }
            case .retriable, .refused, .aborted: failure.withLock { $0 = nil }
            }
            throw error
        }
    }

    private func attempt(_ statements: [Neo4jStatement]) throws(Neo4jFailure) -> [[[JSON]]] {
        var base = settings.url
        while base.hasSuffix("/") { base.removeLast() }
        var request = HTTPClientRequest("POST", "\(base)/db/\(settings.database)/tx/commit", headers: headers, body: body(of: statements))
        request.totalTimeout = settings.timeout
        let response: HTTPClientResponse
        do throws(HTTPClientFailure) { response = try session.send(request) } catch { throw Neo4jFailure(error) }
        guard let json = try? JSON(parsing: response.body), let errors = json["errors"]?.array else {
            let kind: Neo4jFailure.Kind = response.status == 401 || response.status == 403 ? .forbidden : .unavailable
            throw Neo4jFailure(kind, "Neo4j answers with status \(response.status)")
        }
        if let first = errors.first { throw Neo4jFailure(code: first["code"]?.string ?? "", first["message"]?.string ?? "") }
        let results: [JSON] = json["results"]?.array ?? []
        return results.map { result -> [[JSON]] in
            let data: [JSON] = result["data"]?.array ?? []
            return data.map { $0["row"]?.array ?? [] }
        }
    }

    private var headers: [(name: String, value: String)] {
        // On a connection of its own: what a kept one loses, libcurl sends again by itself, and a transaction must not be sent twice unasked.
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json"),
            (name: "Connection", value: "close"),
        ]
        if !settings.user.isEmpty {
            headers.append(
                (name: "Authorization", value: "Basic \(Base64.standard.encode("\(settings.user):\(settings.password.revealed)".utf8))"))
        }
        return headers
    }

    private func body(of statements: [Neo4jStatement]) -> [UInt8] {
        var out = ByteWriter(capacity: statements.reduce(64) { $0 + $1.text.utf8.count + $1.parameters.count + 40 })
        out.raw(#"{"statements":["#.utf8)
        for (index, statement) in statements.enumerated() {
            out.raw((index > 0 ? #",{"statement":"# : #"{"statement":"#).utf8)
            out.jsonString(statement.text)
            out.raw(#","parameters":"#.utf8)
            out.raw(statement.parameters)
            out.raw("}".utf8)
        }
        out.raw("]}".utf8)
        return out.take()
    }
}
