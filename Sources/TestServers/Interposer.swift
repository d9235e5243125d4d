internal import Glibc
internal import Foundation
internal import Synchronization

/// Stands between clients and a server of the loopback address, byte for byte, and breaks connections as a test says.
public final class Interposer: Sendable {
    /// Where clients connect instead.
    public let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var trap: [UInt8]?
        var sprung = 0
        var isSilent = false
        var isRefusing = false
        var isClosed = false
        var sockets: Set<Int32> = []
    }

    /// One before the server at `target`.
    public init(before target: Int) {
        port = FreePorts.first(of: 1)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        unsafe setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(4))
        _ = unsafe Interposer.with(port) { address, size in unsafe Glibc.bind(listener, address, size) }
        listen(listener, 64)
        let thread = Thread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { return }
                if state.withLock({ $0.isRefusing }) {
                    Glibc.close(client)
                    continue
                }
                let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                guard unsafe Interposer.with(target, { address, size in unsafe connect(server, address, size) }) == 0 else {
                    Glibc.close(client)
                    Glibc.close(server)
                    continue
                }
                state.withLock { $0.sockets.formUnion([client, server]) }
                Thread { [self] in pass(from: client, to: server, isRequest: true) }.start()
                Thread { [self] in pass(from: server, to: client, isRequest: false) }.start()
            }
        }
        thread.start()
    }

    /// The next request that contains `text` is passed on, and then both sides are cut: its answer is lost.
    public func cut(after text: String) { state.withLock { $0.trap = Array(text.utf8) } }

    /// How often that has happened.
    public var cuts: Int { state.withLock { $0.sprung } }

    /// From here on nothing is passed on, and no connection is broken; or again as before.
    public func be(silent isSilent: Bool) { state.withLock { $0.isSilent = isSilent } }

    /// Cuts every connection there is, and every one that comes; or lets them pass again.
    public func refuse(_ isRefusing: Bool) {
        state.withLock { $0.isRefusing = isRefusing }
        if isRefusing { cutAll() }
    }

    /// Cuts every connection there is.
    public func cutAll() {
        for socket in state.withLock({ $0.sockets }) { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Listens no more; the connections that there are stay.
    public func close() {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    /// Ends it.
    public func stop() {
        close()
        cutAll()
    }

    private func pass(from source: Int32, to target: Int32, isRequest: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe recv(source, &buffer, buffer.count, 0)
            if count <= 0 { break }
            while state.withLock({ $0.isSilent }) { usleep(5_000) }
            let springs =
                isRequest
                && state.withLock { state in
                    guard let trap = state.trap, buffer[..<count].firstRange(of: trap) != nil else { return false }
                    state.trap = nil
                    state.sprung += 1
                    return true
                }
            // Before the request goes on, so that its answer has nowhere to go.
            if springs { shutdown(source, Int32(SHUT_WR)) }
            guard unsafe send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
            if springs { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        // The server reads the request that was passed on before it meets the end.
        shutdown(target, Int32(SHUT_WR))
        state.withLock { $0.sockets.subtract([source]) }
    }

    private static func with(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
