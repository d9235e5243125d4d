internal import Dispatch
internal import Foundation
internal import Synchronization

// SAFETY: all mutable state is behind `inbox`.
/// A thread that runs what it is given, in order: where calls may block without holding up a slot or the listener. Several of them that share one queue
/// are a pool: what is given is begun in order.
public final class WorkerThread: @unchecked Sendable {
    private let inbox = Mutex<[(@Sendable () -> Void)?]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let width: Int

    /// A thread of that name, begun at once, or `width` of them.
    public init(name: String, width: Int = 1) {
        self.width = max(1, width)
        for number in 0..<self.width {
            let thread = Thread { [self] in
                while true {
                    signal.wait()
                    guard let work = inbox.withLock({ $0.removeFirst() }) else { break }
                    work()
                }
                ended.signal()
            }
            thread.name = width > 1 ? "\(name) \(number)" : name
            thread.start()
        }
    }

    /// Runs `work` after everything posted before.
    public func post(_ work: @escaping @Sendable () -> Void) {
        inbox.withLock { $0.append(work) }
        signal.signal()
    }

    /// Runs `work` there and waits for what it gives. Not after `stop`.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in post { continuation.resume(returning: work()) } }
    }

    /// Ends the thread when everything posted has run, and waits for that.
    public func stop() {
        for _ in 0..<width {
            inbox.withLock { $0.append(nil) }
            signal.signal()
        }
        for _ in 0..<width { ended.wait() }
        // Whoever asks again finds it ended.
        for _ in 0..<width { ended.signal() }
    }
}
