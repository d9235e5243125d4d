internal import CBeast
internal import Glibc

/// The C server and the handler it calls.
// SAFETY: the pointer is set once, freed in deinit alone, and every function on it may be called from any thread.
@safe final class Listener: @unchecked Sendable {
    private let server: OpaquePointer

    init(
        settings: HTTPServerSettings, handler: @escaping @Sendable (HTTPRequest, Exchange) -> Void
    ) throws(HTTPFailure) {
        guard let port = UInt16(exactly: settings.port) else {
            throw HTTPFailure(.addressUnknown, "listening at \(settings.address): \(settings.port) is no port; take one of 0 to 65535")
        }
        // Released by on_end, which the C side calls exactly once, also when the start fails.
        let context = unsafe Unmanaged.passRetained(Handler(call: handler)).toOpaque()
        let callbacks = unsafe cbeast_callbacks(
            context: context,
            on_request: { context, exchange, request in
                guard let context = unsafe context, let exchange = unsafe exchange, let request = unsafe request else { return }
                let handler = unsafe Unmanaged<Handler>.fromOpaque(context).takeUnretainedValue()
                unsafe handler.call(HTTPRequest(request.pointee), Exchange(exchange))
            },
            on_end: { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<Handler>.fromOpaque(context).release()
            })
        var failure = cbeast_failure()
        let started = unsafe settings.host.withCString { host in
            unsafe withOptionalCString(settings.certificate?.chainFile) { chain in
                unsafe withOptionalCString(settings.certificate?.keyFile) { key in
                    var values = unsafe cbeast_settings(settings, port: port)
                    unsafe values.host = host
                    unsafe values.certificate_file = chain
                    unsafe values.key_file = key
                    return unsafe cbeast_server_start(&values, callbacks, &failure)
                }
            }
        }
        guard let started = unsafe started else { throw HTTPFailure(failure, settings) }
        unsafe server = unsafe started
    }

    deinit { unsafe cbeast_server_release(server) }

    var port: Int { unsafe Int(cbeast_server_port(server)) }

    var counts: HTTPCounts {
        let counts = unsafe cbeast_server_counts(server)
        return HTTPCounts(
            accepted: Int(counts.accepted), open: Int(counts.open), requests: Int(counts.requests), refused: Int(counts.refused),
            sockets: Int(counts.sockets), cut: Int(counts.cut))
    }

    func renew(_ certificate: HTTPServerSettings.Certificate) throws(HTTPFailure) {
        var failure = cbeast_failure()
        let isDone = unsafe certificate.chainFile.withCString { chain in
            unsafe certificate.keyFile.withCString { unsafe cbeast_server_renew(server, chain, $0, &failure) }
        }
        if !isDone { throw HTTPFailure(failure, HTTPServerSettings(port: port, certificate: certificate)) }
    }

    func stop(within limit: Duration) { unsafe cbeast_server_stop(server, limit.milliseconds) }
}

/// One request's answer, on the C side; released when nobody can answer any more.
// SAFETY: the pointer is set once, freed in deinit alone, and every function on it may be called from any thread.
@safe final class Exchange: @unchecked Sendable {
    private let exchange: OpaquePointer
    /// For what answers in other ways.
    var handle: OpaquePointer { unsafe exchange }

    fileprivate init(_ exchange: OpaquePointer) {
        unsafe self.exchange = unsafe exchange
    }

    deinit { unsafe cbeast_exchange_release(exchange) }

    var isWanted: Bool { unsafe cbeast_exchange_wanted(exchange) }

    @discardableResult func reply(_ head: ResponseHead, body: [UInt8]) -> Bool {
        unsafe withText(head.lines) { lines in unsafe withText(body) { unsafe cbeast_reply(exchange, Int32(head.status), lines, $0) } }
    }

    func begin(_ head: ResponseHead) -> Bool {
        unsafe withText(head.lines) { unsafe cbeast_reply_begin(exchange, Int32(head.status), $0) }
    }

    func write(_ bytes: [UInt8]) -> HTTPBodyStream.Outcome {
        HTTPBodyStream.Outcome(unsafe withText(bytes) { unsafe cbeast_reply_write(exchange, $0) })
    }

    func end() { unsafe cbeast_reply_end(exchange) }
}

private final class Handler: Sendable {
    let call: @Sendable (HTTPRequest, Exchange) -> Void

    init(call: @escaping @Sendable (HTTPRequest, Exchange) -> Void) {
        self.call = call
    }
}

extension HTTPRequest {
    fileprivate init(_ request: cbeast_request) {
        let fields = unsafe UnsafeBufferPointer(start: request.fields, count: request.field_count)
        unsafe self.init(
            method: String(request.method), target: String(request.target),
            headers: HTTPHeaders(fields.map { unsafe HTTPHeaders.Field(String($0.name), String($0.value)) }),
            body: unsafe Array(UnsafeRawBufferPointer(start: request.body.bytes, count: request.body.count)),
            peer: unsafe String(request.peer),
            isUpgrade: request.is_upgrade)
    }
}

extension String {
    fileprivate init(_ text: cbeast_text) {
        unsafe self.init(decoding: UnsafeRawBufferPointer(start: text.bytes, count: text.count), as: UTF8.self)
    }
}

extension cbeast_settings {
    fileprivate init(_ settings: HTTPServerSettings, port: UInt16) {
        unsafe self.init()
        unsafe self.port = port
        unsafe header_limit = settings.headerLimit
        unsafe body_limit = settings.bodyLimit
        unsafe stream_limit = settings.streamLimit
        unsafe connection_limit = settings.connectionLimit
        unsafe idle_timeout = settings.idleTimeout.milliseconds
        unsafe header_timeout = settings.headerTimeout.milliseconds
        unsafe body_timeout = settings.bodyTimeout.milliseconds
        unsafe answer_timeout = settings.answerTimeout.milliseconds
        unsafe write_timeout = settings.writeTimeout.milliseconds
        unsafe message_limit = settings.messageLimit
        unsafe socket_limit = settings.socketLimit
        unsafe socket_buffer = settings.socketBuffer
        unsafe ping_interval = settings.pingInterval.milliseconds
        unsafe pings_missed = Int32(settings.pingsMissed)
        unsafe deflates = settings.deflatesMessages
    }
}

extension HTTPFailure {
    fileprivate init(_ failure: cbeast_failure, _ settings: HTTPServerSettings) {
        var text = failure.text
        let cause = unsafe withUnsafeBytes(of: &text) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        self.init(step: failure.step, code: failure.code, cause: cause, settings)
    }

    private init(step: cbeast_step, code: Int32, cause: String, _ settings: HTTPServerSettings) {
        let doing = "listening at \(settings.address)"
        switch (step, SystemCode(code)) {
        case (CBEAST_CERTIFICATE, _):
            self.init(.certificate, "\(doing): the certificate chain in \(settings.certificate?.chainFile ?? "") cannot be used: \(cause)")
        case (CBEAST_KEY, _):
            self.init(
                .certificate,
                "\(doing): the key in \(settings.certificate?.keyFile ?? "") cannot be used or is not the certificate's: \(cause)")
        case (CBEAST_RESOLVE, _):
            self.init(.addressUnknown, "\(doing): \"\(settings.host)\" is no address of this machine: \(cause)")
        case (_, .addressInUse):
            self.init(.addressInUse, "\(doing): something listens there already; stop it, or choose another port")
        case (_, .notPermitted):
            self.init(.notPermitted, "\(doing): not permitted; choose a port of 1024 or above")
        case (_, .addressUnknown):
            self.init(.addressUnknown, "\(doing): this machine has no such address; 127.0.0.1 is this machine alone, :: every address")
        default:
            self.init(.system, "\(doing): \(cause)")
        }
    }

    private enum SystemCode {
        case addressInUse, notPermitted, addressUnknown, other

        init(_ code: Int32) {
            switch code {
            case EADDRINUSE: self = .addressInUse
            case EACCES, EPERM: self = .notPermitted
            case EADDRNOTAVAIL: self = .addressUnknown
            default: self = .other
            }
        }
    }
}

extension HTTPServerSettings {
    fileprivate var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Duration {
    fileprivate var milliseconds: Int64 { Int64(self / .milliseconds(1)) }
}

func withText<Result>(_ bytes: [UInt8], _ body: (cbeast_text) -> Result) -> Result {
    unsafe bytes.withUnsafeBytes { unsafe body(cbeast_text(bytes: $0.baseAddress?.assumingMemoryBound(to: CChar.self), count: $0.count)) }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return unsafe text.withCString(body)
}
