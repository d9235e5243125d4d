internal import Glibc

/// A client that says exactly the bytes it is told to: what no HTTP library would send.
public final class RawPeer {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects to that port of this machine. Reading gives up after ten seconds, so that a test fails instead of hanging.
    public init(_ port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close(descriptor) }

    /// Sends text, or as much of it as the server takes.
    public func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends bytes, or as many of them as the server takes.
    public func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Says that nothing more will be sent.
    public func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Leaves at once, without a goodbye.
    public func vanish() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// What arrives up to and with that text; less when the server ends first.
    public func read(through mark: String) -> String {
        let mark = Array(mark.utf8)
        while true {
            if let end = end(of: mark) {
                defer { received.removeFirst(end) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            if !readMore() { return takeAll() }
        }
    }

    /// Exactly so many bytes; `nil` when the server ends first.
    public func read(_ count: Int) -> [UInt8]? {
        while received.count < count { if !readMore() { return nil } }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// What arrives until the server ends the connection.
    public func readToEnd() -> String {
        while readMore() {}
        return takeAll()
    }

    private func takeAll() -> String {
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    private func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count > 0 { received += buffer[..<count] }
        return count > 0
    }

    private func end(of mark: [UInt8]) -> Int? {
        guard received.count >= mark.count else { return nil }
        return (mark.count...received.count).first { received[($0 - mark.count)..<$0].elementsEqual(mark) }
    }
}
