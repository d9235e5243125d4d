internal import Foundation
internal import Glibc
internal import Synchronization
internal import TestServers

/// The way of one process to the brokers: a relay for each node, on a thread of its own, which can be cut.
final class Line: Sendable {
    /// How a network fails.
    enum Fault: String, Sendable, CaseIterable {
        /// Nothing arrives and nobody is told; what was sent arrives once it is mended.
        case silent
        /// Every connection is broken off, and no new one is taken.
        case broken
    }

    private let state = Mutex<(fault: Fault?, isEnded: Bool)>((nil, false))

    /// Stands between the clients of `detour` and its nodes.
    init(_ detour: Detour) throws {
        var listeners: [(socket: Int32, port: Int)] = []
        for (advertised, port) in zip(detour.advertised, detour.listening) {
            listeners.append((try Socket.listening(at: advertised), port))
        }
        let thread = Thread { [self, listeners] in relay(listeners) }
        thread.name = "line"
        thread.start()
    }

    /// Fails so from now on; `nil`: works.
    func set(_ fault: Fault?) { state.withLock { $0.fault = fault } }

    func close() { state.withLock { $0.isEnded = true } }

    private func relay(_ listeners: [(socket: Int32, port: Int)]) {
        var relays: [Relay] = []
        while true {
            let (fault, isEnded) = state.withLock { $0 }
            if isEnded { break }
            if fault == .silent {
                pause(.milliseconds(5))
                continue
            }
            if fault == .broken {
                for relay in relays { relay.close() }
                relays = []
            }
            var polls = listeners.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
            for relay in relays { polls += relay.polls }
            guard unsafe poll(&polls, nfds_t(polls.count), 5) > 0 else { continue }
            for (index, listener) in listeners.enumerated() where polls[index].revents != 0 {
                let client = accept(listener.socket, nil, nil)
                if client < 0 { continue }
                if fault == .broken {
                    _ = Glibc.close(client)
                } else if let relay = Relay(client, to: listener.port) {
                    relays.append(relay)
                }
            }
            var kept: [Relay] = []
            for (index, relay) in relays.enumerated() {
                // One that was just accepted has not been looked at.
                let at = listeners.count + 2 * index
                var relay = relay
                if at + 1 >= polls.count || relay.move(polls[at].revents, polls[at + 1].revents) {
                    kept.append(relay)
                } else {
                    relay.close()
                }
            }
            relays = kept
        }
        for relay in relays { relay.close() }
        for listener in listeners { _ = Glibc.close(listener.socket) }
    }
}

/// One connection through a line: its two ends, and what each has yet to be given.
private struct Relay {
    private let ends: [Int32]
    private var waiting: [[UInt8]] = [[], []]

    init?(_ client: Int32, to port: Int) {
        guard let node = Socket.connected(to: port) else {
            _ = Glibc.close(client)
            return nil
        }
        Socket.prepare(client)
        ends = [client, node]
    }

    /// An end is read only when the other has been given everything.
    var polls: [pollfd] {
        (0...1).map { end in
            let events = (waiting[1 - end].isEmpty ? POLLIN : 0) | (waiting[end].isEmpty ? 0 : POLLOUT)
            return pollfd(fd: ends[end], events: Int16(events), revents: 0)
        }
    }

    /// Moves what can be moved; `false` when the connection is over.
    mutating func move(_ first: Int16, _ second: Int16) -> Bool {
        for (end, events) in [(0, Int32(first)), (1, Int32(second))] {
            if events & (POLLERR | POLLNVAL) != 0 { return false }
            if events & (POLLIN | POLLHUP) != 0, !read(end) { return false }
            if !waiting[end].isEmpty, !write(end) { return false }
        }
        return true
    }

    private mutating func read(_ end: Int) -> Bool {
        guard waiting[1 - end].isEmpty else { return true }
        let count = unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
            let count = unsafe recv(ends[end], buffer.baseAddress, buffer.count, 0)
            if count > 0 { unsafe waiting[1 - end] += buffer[..<count] }
            return count
        }
        if count > 0 { return write(1 - end) }
        return count < 0 && (errno == EAGAIN || errno == EINTR)
    }

    private mutating func write(_ end: Int) -> Bool {
        let count = unsafe waiting[end].withUnsafeBytes { unsafe send(ends[end], $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count > 0 { waiting[end].removeFirst(count) }
        return count >= 0 || errno == EAGAIN || errno == EINTR
    }

    func close() { for end in ends { _ = Glibc.close(end) } }
}

/// Sockets of the loopback address that never wait.
private enum Socket {
    static func listening(at port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe at(port, { unsafe bind(descriptor, $0, $1) }) == 0, listen(descriptor, 64) == 0 else {
            throw Trouble("listening at port \(port): errno \(errno)")
        }
        prepare(descriptor)
        return descriptor
    }

    /// A node that is down refuses at once.
    static func connected(to port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard unsafe at(port, { unsafe connect(descriptor, $0, $1) }) == 0 else {
            _ = Glibc.close(descriptor)
            return nil
        }
        prepare(descriptor)
        return descriptor
    }

    /// Processes that are started later must not keep it open.
    static func prepare(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func at(_ port: Int, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
