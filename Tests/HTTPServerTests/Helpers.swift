import Dispatch
import HTTPServer
import Synchronization
import TestPeers

/// A listener at a port of the system's choice, which answers every request in one way.
func listening(
    _ adjust: (inout HTTPServerSettings) -> Void = { _ in }, _ handler: @escaping @Sendable (HTTPRequest, HTTPReply) -> Void
) throws -> HTTPListener {
    var settings = HTTPServerSettings(port: 0)
    adjust(&settings)
    return try HTTPListener(settings: settings, handler: handler)
}

/// Answers with the method, the path and the body.
@Sendable func echo(_ request: HTTPRequest, _ reply: HTTPReply) {
    reply.send(.text("\(request.method) \(request.path) \(String(decoding: request.body, as: UTF8.self))"))
}

/// Something that a handler leaves for its test, which waits for it.
final class Parcel<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let arrival = DispatchSemaphore(value: 0)

    func put(_ value: Value) {
        self.value.withLock { $0 = value }
        arrival.signal()
    }

    /// The value once it is there; `nil` when it does not come within ten seconds.
    func wait() -> Value? {
        arrival.wait(timeout: .now() + 10) == .success ? value.withLock { $0.take() } : nil
    }
}

extension FramePeer {
    /// Asks that listener for an upgrade.
    init(_ listener: HTTPListener, headers: String = "") { self.init(listener, at: listener.port, headers: headers) }
}
