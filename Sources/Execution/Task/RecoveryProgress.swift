internal import Dispatch
internal import Synchronization

/// How far a recovery is, and whether anybody still wants it. The restore thread counts, others look and cancel.
final class RecoveryProgress: Sendable {
    private let read = Atomic<Int>(0)
    private let expected = Atomic<Int>(0)
    private let cancelled = Atomic<Bool>(false)
    private let arrival = DispatchSemaphore(value: 0)

    /// How many rows of the changelog have been read, and of how many, about.
    var rows: (read: Int, of: Int) {
        let read = read.load(ordering: .relaxed)
        return (read, max(read, expected.load(ordering: .relaxed)))
    }

    /// Nobody wants it any more: it ends soon, and fails.
    func cancel() {
        cancelled.store(true, ordering: .releasing)
        arrival.signal()
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func expect(_ rows: Int) { expected.store(rows, ordering: .relaxed) }
    func count(_ rows: Int) { read.add(rows, ordering: .relaxed) }

    /// Something may have arrived.
    func wake() { arrival.signal() }

    /// Sleeps until `wake` or `cancel`; `false` when `limit` microseconds have passed without.
    func sleep(_ limit: Int) -> Bool { arrival.wait(timeout: .now() + .microseconds(limit)) == .success }
}
