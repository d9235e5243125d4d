internal import Dispatch
internal import EventLog
internal import StreamCore
internal import Synchronization

/// Lets transactions of several threads share one write and one sync: the first to come leads, takes all that wait, writes them as one
/// and wakes their owners; whoever came meanwhile is led by the first of them.
final class CommitQueue: Sendable {
    private let state = Mutex(State())

    private struct State {
        var waiting: [CommitRequest] = []
        var hasLeader = false
    }

    /// Returns when `request` is settled. `write` settles every request of the group it is given; what it returns is called once
    /// the next group may begin, so it may itself commit.
    func submit(_ request: CommitRequest, _ write: ([CommitRequest]) -> () -> Void) throws(LogFailure) -> [Offset] {
        let leads = state.withLock { state in
            state.waiting.append(request)
            if state.hasLeader { return false }
            state.hasLeader = true
            return true
        }
        if !leads { request.ready.wait() }
        if request.result == nil { lead(request, write) }
        guard let result = request.result else { throw LogFailure(.unknown, "committing: the group was left unsettled") }
        return try result.get()
    }

    private func lead(_ own: CommitRequest, _ write: ([CommitRequest]) -> () -> Void) {
        let group = state.withLock { state in
            var bytes = 0
            let count = state.waiting.prefix { request in
                defer { bytes += request.byteCount }
                return bytes < Self.groupBytes
            }.count
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
        let announce = write(group)
        let successor = state.withLock { state in
            state.hasLeader = !state.waiting.isEmpty
            return state.waiting.first
        }
        for request in group where request !== own { request.ready.signal() }
        successor?.ready.signal()
        announce()
    }

    /// How much one group takes before the rest waits for the next: bounds the memory of one write.
    private static let groupBytes = 16 << 20
}
