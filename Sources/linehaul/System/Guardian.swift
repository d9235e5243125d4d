internal import HTTPServer

/// Decides who may speak to the system: everybody, or who has the token. What tells only whether the process lives is open to all.
struct Guardian: Sendable {
    private let token: String?

    /// Without a token everybody may, but no web page: a browser that was led here says where from.
    init(token: String?) { self.token = token }

    /// Why a request is not let in, `nil` where it is.
    func refusal(of request: HTTPRequest) -> HTTPResponse? {
        if request.segments.first == "health" { return nil }
        if let token {
            let given = request.headers["Authorization"] ?? ""
            if isSame(given, "Bearer \(token)") { return nil }
            return .refusal(
                401, code: "UNAUTHORIZED",
                "\(request.path) needs the header `Authorization: Bearer …`; LINEHAUL_TOKEN gives the commands theirs")
        }
        // Which pages may use the API, the gateway knows.
        if request.segments.first == "ops", request.method != "GET", request.method != "HEAD", request.headers["Origin"] != nil {
            return .refusal(403, code: "FORBIDDEN", "a web page may not change what runs here; use the command line")
        }
        return nil
    }

    /// Compares in a time that does not tell how much of it was right.
    private func isSame(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        var difference = a.count ^ b.count
        for (index, byte) in a.enumerated() { difference |= Int(byte ^ (index < b.count ? b[index] : 0)) }
        return difference == 0
    }
}
