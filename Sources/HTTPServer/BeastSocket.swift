internal import CBeast
internal import Synchronization

/// A WebSocket on the C side.
// SAFETY: the pointer is set once, freed in deinit alone, and every function on it may be called from any thread.
@safe final class Socket: @unchecked Sendable {
    private let socket: OpaquePointer

    fileprivate init(_ socket: OpaquePointer) { unsafe self.socket = unsafe socket }

    deinit { unsafe cbeast_socket_release(socket) }

    func send(_ payload: Payload) -> HTTPBodyStream.Outcome {
        HTTPBodyStream.Outcome(unsafe cbeast_socket_send(socket, payload.payload))
    }

    func close(_ code: UInt16, _ reason: String) {
        unsafe withText(Array(reason.utf8)) { unsafe cbeast_socket_close(socket, code, $0) }
    }

    func cut() { unsafe cbeast_socket_cut(socket) }

    var queuedBytes: Int { unsafe cbeast_socket_queued(socket) }
}

/// Bytes on the C side, shared by the sockets they are queued on.
// SAFETY: the pointer is set once, freed in deinit alone, and what it points to is never written.
@safe final class Payload: @unchecked Sendable {
    fileprivate let payload: OpaquePointer

    init(_ bytes: [UInt8]) { unsafe payload = unsafe withText(bytes) { unsafe cbeast_payload_create($0) } }

    deinit { unsafe cbeast_payload_release(payload) }
}

extension Exchange {
    /// Has the connection become a WebSocket; `nil` when the request does not ask for that or has been answered.
    func upgrade(_ head: ResponseHead, _ onEvent: @escaping @Sendable (WebSocket, WebSocket.Event) -> Void) -> WebSocket? {
        let owner = SocketOwner(onEvent)
        // Released by on_end, which the C side calls exactly once unless it returns null.
        let context = unsafe Unmanaged.passRetained(owner)
        let callbacks = unsafe cbeast_socket_callbacks(
            context: context.toOpaque(),
            on_text: { context, text in
                guard let context = unsafe context else { return }
                let bytes = unsafe Array(UnsafeRawBufferPointer(start: text.bytes, count: text.count))
                unsafe Unmanaged<SocketOwner>.fromOpaque(context).takeUnretainedValue().tell(.text(bytes))
            },
            on_end: { context, code, reason in
                guard let context = unsafe context else { return }
                let text = unsafe String(decoding: UnsafeRawBufferPointer(start: reason.bytes, count: reason.count), as: UTF8.self)
                unsafe Unmanaged<SocketOwner>.fromOpaque(context).takeRetainedValue().tell(.ended(code: Int(code), reason: text))
            })
        let socket = owner.adopt { () -> WebSocket? in
            let socket = unsafe withText(head.lines) { unsafe cbeast_upgrade(handle, $0, callbacks) }
            guard let socket = unsafe socket else { return nil }
            return WebSocket(unsafe Socket(socket))
        }
        if socket == nil { unsafe context.release() }
        return socket
    }
}

/// Who is told of a socket's events, and the socket that they are told with.
private final class SocketOwner: Sendable {
    private let onEvent: @Sendable (WebSocket, WebSocket.Event) -> Void
    private let socket = Mutex<WebSocket?>(nil)

    init(_ onEvent: @escaping @Sendable (WebSocket, WebSocket.Event) -> Void) { self.onEvent = onEvent }

    /// Makes the socket. What happens on it meanwhile waits, since nobody could be told which socket it is.
    func adopt(_ make: () -> WebSocket?) -> WebSocket? {
        socket.withLock {
            $0 = make()
            return $0
        }
    }

    func tell(_ event: WebSocket.Event) {
        if let socket = socket.withLock({ $0 }) { onEvent(socket, event) }
    }
}

extension HTTPBodyStream.Outcome {
    /// What the C side says became of a write.
    init(_ outcome: cbeast_write) {
        switch outcome {
        case CBEAST_ACCEPTED: self = .accepted
        case CBEAST_FULL: self = .full
        default: self = .unwanted
        }
    }
}
