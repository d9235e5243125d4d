internal import CCurl

/// An answer's status and header fields.
struct CurlHead {
    var status = 0
    var headers: [(name: String, value: String)] = []
}

/// One of libcurl's handles, with the connections it keeps.
// SAFETY: the pointer is freed in deinit alone, and HTTPSession lends each of these to one thread at a time.
@safe final class CurlSession: @unchecked Sendable {
    private let session: OpaquePointer

    init?() {
        guard let session = unsafe ccurl_session_new() else { return nil }
        unsafe self.session = session
    }

    deinit { unsafe ccurl_session_free(session) }

    func perform(
        _ request: HTTPClientRequest, trusting trustFile: String?, reaching reach: HTTPReach, _ take: (_ status: Int, [UInt8]) -> Bool
    ) throws(HTTPClientFailure) -> CurlHead {
        try check(request)
        for (name, value) in request.headers {
            // A header without a value is sent so only when it ends in a semicolon.
            unsafe ccurl_add_header(session, value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        // Of a body whose type is not said, libcurl says that it is a form's. A name without a value takes that back.
        if request.body != nil, !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            unsafe ccurl_add_header(session, "Content-Type:")
        }
        let (result, head) = withoutActuallyEscaping(take) { take in
            let transfer = Transfer(take: take, reach: reach)
            return (call(request, trustFile, transfer), transfer.head)
        }
        guard result.outcome == CCURL_DONE || result.outcome == CCURL_STOPPED else { throw HTTPClientFailure(result, request) }
        return head
    }

    private func check(_ request: HTTPClientRequest) throws(HTTPClientFailure) {
        let origin = origin(of: request.url)
        func refuse(_ what: String) -> HTTPClientFailure {
            HTTPClientFailure(kind: .badRequest, origin: origin, reason: "sending to \(origin): \(what) holds what HTTP does not allow")
        }
        if request.method.isEmpty || !request.method.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { throw refuse("the method") }
        if request.url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { throw refuse("the URL") }
        for (name, value) in request.headers
        where name.isEmpty || !name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") })
            || !value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
        {
            throw refuse("the header \"\(name)\"")
        }
    }

    private func call(_ request: HTTPClientRequest, _ trustFile: String?, _ transfer: Transfer) -> ccurl_result {
        let callbacks = unsafe ccurl_callbacks(
            context: Unmanaged.passUnretained(transfer).toOpaque(),
            on_line: { context, bytes, count in
                guard let context = unsafe context else { return }
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                unsafe transfer.read(line: String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self))
            },
            on_bytes: { context, bytes, count in
                guard let context = unsafe context else { return false }
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return unsafe transfer.take(transfer.head.status, Array(UnsafeRawBufferPointer(start: bytes, count: count)))
            },
            may_connect: { context, bytes, count in
                guard let context = unsafe context else { return false }
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return unsafe transfer.reach.allows(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
            })
        var values = unsafe ccurl_request()
        unsafe values.connect_timeout = request.connectTimeout.milliseconds
        unsafe values.total_timeout = request.totalTimeout?.milliseconds ?? 0
        unsafe values.checks_addresses = transfer.reach != .anywhere
        unsafe values.may_repeat = request.isIdempotent
        unsafe values.silence_timeout = request.silenceTimeout?.milliseconds ?? 0
        return unsafe request.method.withCString { method in
            unsafe request.url.withCString { url in
                unsafe withOptionalCString(trustFile) { trustFile in
                    unsafe (request.body ?? []).withUnsafeBytes { body in
                        unsafe values.method = unsafe method
                        unsafe values.url = unsafe url
                        unsafe values.trust_file = unsafe trustFile
                        if request.body != nil {
                            // An empty body is one too, and its address must not be null.
                            unsafe values.body = unsafe body.baseAddress ?? UnsafeRawPointer(method)
                            unsafe values.body_count = body.count
                        }
                        return withExtendedLifetime(transfer) { unsafe ccurl_perform(session, &values, callbacks) }
                    }
                }
            }
        }
    }
}

/// What the callbacks of one request need.
private final class Transfer {
    let take: (_ status: Int, [UInt8]) -> Bool
    let reach: HTTPReach
    var head = CurlHead()

    init(take: @escaping (_ status: Int, [UInt8]) -> Bool, reach: HTTPReach) {
        self.take = take
        self.reach = reach
    }

    func read(line: String) {
        // An interim answer's header is followed by that of the next.
        if line.hasPrefix("HTTP/") { return head = CurlHead(status: Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0) }
        guard let colon = line.firstIndex(of: ":") else { return }
        head.headers.append((trimmed(line[..<colon]), trimmed(line[line.index(after: colon)...])))
    }

    private func trimmed(_ text: Substring) -> String {
        func isSpace(_ character: Character) -> Bool { character.isWhitespace }
        let tail = text.drop(while: isSpace)
        return String(tail.reversed().drop(while: isSpace).reversed())
    }
}

extension HTTPClientFailure {
    fileprivate init(_ result: ccurl_result, _ request: HTTPClientRequest) {
        var text = result.text
        let cause = unsafe withUnsafeBytes(of: &text) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        origin = HTTPClient.origin(of: request.url)
        switch result.outcome {
        case CCURL_BAD_URL: (kind, reason) = (.badRequest, "sending to \(origin): \(cause)")
        case CCURL_UNKNOWN_HOST: (kind, reason) = (.unknownHost, "finding \(origin): \(cause)")
        case CCURL_REFUSED: (kind, reason) = (.unreachable, "connecting to \(origin): \(cause)")
        case CCURL_FORBIDDEN:
            (kind, reason) = (.forbidden, "connecting to \(origin): it is an address that only this machine or its network reaches")
        case CCURL_TIMED_OUT where !result.was_connected: (kind, reason) = (.timedOut, "connecting to \(origin): \(cause)")
        case CCURL_TIMED_OUT: (kind, reason) = (.timedOut, "waiting for \(origin): \(cause)")
        case CCURL_TLS: (kind, reason) = (.tls, "connecting to \(origin): \(cause)")
        case CCURL_BROKEN: (kind, reason) = (.broken, "reading from \(origin): \(cause)")
        default: (kind, reason) = (.other, "asking \(origin): \(cause)")
        }
    }
}

extension Duration {
    /// Whole milliseconds, at least one: to libcurl 0 is no limit.
    fileprivate var milliseconds: Int64 { max(1, Int64(self / .milliseconds(1))) }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return unsafe text.withCString(body)
}
