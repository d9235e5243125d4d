internal import CommandLine
internal import HTTPClient
internal import StreamCore
internal import Topology
internal import Wire

/// The running system that commands speak to, over HTTP.
struct RemoteSystem: Sendable {
    /// Its address, without a slash at the end.
    let url: String
    private let isUsualAddress: Bool
    private let token: String?
    private let session: HTTPSession

    private static let usualURL = "http://127.0.0.1:8080"

    /// The system that `--url`, else `LINEHAUL_URL`, names.
    init(_ arguments: Arguments, _ environment: [String: String]) throws(UsageFailure) {
        func given(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let named = arguments["url"] ?? given("LINEHAUL_URL") ?? RemoteSystem.usualURL
        guard named.hasPrefix("http://") || named.hasPrefix("https://") else {
            throw UsageFailure("the system's address is no URL such as \(RemoteSystem.usualURL): \(named)")
        }
        // What runs on this machine is spoken to with the machine's own token; it goes nowhere else.
        let own = RemoteSystem.isOwnMachine(named) ? MachineToken.known(in: given("LINEHAUL_DATA") ?? ClusterSettings().data) : nil
        self.init(url: named, token: given("LINEHAUL_TOKEN") ?? own?.revealed, trustFile: given("LINEHAUL_TLS_CA"))
    }

    /// The system at that URL; `trustFile` has the authorities that its certificate is from, where the system's own have not.
    init(url: String, token: String?, trustFile: String? = nil) {
        session = HTTPSession(trustFile: trustFile)
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.token = token
        isUsualAddress = self.url == RemoteSystem.usualURL
    }

    private static func isOwnMachine(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://") else { return false }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return !authority.contains("@")
            && ListenAddress(authority.contains(":") ? String(authority) : "\(authority):80")?.isLoopback == true
    }

    /// Asks for a JSON value.
    func get(_ path: String) throws -> JSON { try json(send("GET", path, nil)) }

    /// Asks for its health, which is an answer also where it is none: whether it works, and what it says.
    func health(_ path: String) throws -> (isWell: Bool, JSON) {
        let request = request("GET", path, nil, type: nil, isEndless: false)
        let response = try performing { () throws(HTTPClientFailure) in try session.send(request) }
        guard response.status == 503 else { return (true, try json(checked(response))) }
        return (false, try json(response))
    }

    /// Posts and gets a JSON value.
    func post(_ path: String, _ body: [UInt8] = [], type: String = "application/json") throws -> JSON {
        try json(send("POST", path, body, type: type))
    }

    /// Deletes and gets a JSON value.
    func delete(_ path: String) throws -> JSON { try json(send("DELETE", path, nil)) }

    /// Deletes what answers with nothing.
    func remove(_ path: String) throws { _ = try send("DELETE", path, nil) }

    /// Streams an answer's lines, whole ones without their newline, until it ends or `onLine` says `false`.
    func lines(_ path: String, onLine: (ArraySlice<UInt8>) -> Bool) throws {
        var rest: [UInt8] = []
        let request = request("GET", path, nil, type: nil, isEndless: true)
        let response = try performing {
            () throws(HTTPClientFailure) in
            try session.stream(request) { bytes in
                rest += bytes
                var start = 0
                while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                    if !onLine(rest[start..<end]) { return false }
                    start = end + 1
                }
                rest.removeSubrange(..<start)
                return true
            }
        }
        _ = try checked(response)
    }

    private func request(_ method: String, _ path: String, _ body: [UInt8]?, type: String?, isEndless: Bool) -> HTTPClientRequest {
        var headers: [(name: String, value: String)] = []
        if let type, body != nil { headers.append(("Content-Type", type)) }
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        var request = HTTPClientRequest(method, url + path, headers: headers, body: body)
        if isEndless { request.totalTimeout = nil }
        return request
    }

    private func send(_ method: String, _ path: String, _ body: [UInt8]?, type: String? = nil) throws -> HTTPClientResponse {
        let request = request(method, path, body, type: type, isEndless: false)
        return try checked(performing { () throws(HTTPClientFailure) in try session.send(request) })
    }

    private func performing(_ work: () throws(HTTPClientFailure) -> HTTPClientResponse) throws(CommandFailure) -> HTTPClientResponse {
        do throws(HTTPClientFailure) {
            return try work()
        } catch {
            let hint =
                error.kind == .unreachable || error.kind == .unknownHost ? "; is `linehaul run` running? (LINEHAUL_URL names another)" : ""
            throw CommandFailure(error.reason + hint)
        }
    }

    /// The answer, where it is one; what the system refused, in its own words, otherwise.
    private func checked(_ response: HTTPClientResponse) throws(CommandFailure) -> HTTPClientResponse {
        if (200...299).contains(response.status) { return response }
        let body = try? JSON(parsing: response.body)
        if let message = body?["error"]?["message"]?.string { throw CommandFailure(message) }
        throw CommandFailure("asking \(url): it answered \(response.status); is it a linehaul?")
    }

    private func json(_ response: HTTPClientResponse) throws(CommandFailure) -> JSON {
        do throws(DecodeFailure) {
            return try JSON(parsing: response.body)
        } catch {
            throw CommandFailure("asking \(url): its answer is \(error.reason); is it a linehaul?")
        }
    }
}

/// A path of parts that may hold anything, percent-encoded.
func path(_ parts: String...) -> String { parts.map { "/" + percentEncoded($0) }.joined() }

/// A query of names and values; values that are `nil` are left out.
func query(_ items: KeyValuePairs<String, String?>) -> String {
    let given = items.compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }
    return given.isEmpty ? "" : "?" + given.joined(separator: "&")
}

private func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
        let scalar = Unicode.Scalar(byte)
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "-", ".", "_", "~": encoded.unicodeScalars.append(scalar)
        default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
    return encoded
}
