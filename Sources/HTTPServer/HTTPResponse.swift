public import StreamCore

/// A whole answer. Length, date and what becomes of the connection are the listener's to say.
public struct HTTPResponse: Hashable, Sendable {
    /// The status: 200…599.
    public var status: Int
    /// The header fields; `Content-Length`, `Transfer-Encoding`, `Connection` and `Date` in them are left out.
    public var headers: HTTPHeaders
    /// The body; not sent where the request was HEAD.
    public var body: [UInt8]

    /// An answer of those parts.
    public init(status: Int = 200, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer that is a JSON value.
    public static func json(_ value: JSON, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: value.compact)
    }

    /// An answer that is text of that media type.
    public static func text(_ text: String, type: String = "text/plain; charset=utf-8", status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": type], body: Array(text.utf8))
    }

    /// An error in the API's one form: a code for programs, a message for people, and the id by which the request is found again.
    public static func refusal(_ status: Int, code: String, _ message: String, correlation: String? = nil) -> HTTPResponse {
        let error = JSON.object([
            "code": .string(code), "message": .string(message), "details": .array([]), "correlation_id": correlation.map { .string($0) },
        ])
        var response = HTTPResponse.json(.object(["error": error, "detail": .string(message)]), status: status)
        if let correlation { response.headers[HTTPRequest.correlation] = correlation }
        return response
    }
}
