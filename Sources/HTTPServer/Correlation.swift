extension HTTPRequest {
    /// The name of the field by which a request is found again: in its answer, in events, in audit records and in the log.
    public static let correlation = "X-Correlation-Id"

    /// The id that a request brings to be found again by; nil where it brings none that may stand in a header and in a log line: 1 to 200
    /// visible characters of ASCII.
    public var correlationID: String? {
        guard let given = headers[HTTPRequest.correlation], (1...200).contains(given.utf8.count),
            given.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        return given
    }

    /// The request as if it had brought that field, in place of those of the same name.
    public func with(_ name: String, _ value: String) -> HTTPRequest {
        var request = self
        request.headers[name] = value
        return request
    }
}
