internal import Dispatch
internal import Foundation
internal import Synchronization

/// A thread that runs what it is given, in order: where calls may block without holding up a slot.
// SAFETY: all mutable state is behind `inbox`.
final class WorkerThread: @unchecked Sendable {
    private let inbox = Mutex<[(@Sendable () -> Void)?]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(name: String) {
        let thread = Thread { [self] in
            while true {
                signal.wait()
                guard let work = inbox.withLock({ $0.removeFirst() }) else { break }
                work()
            }
            ended.signal()
        }
        thread.name = name
        thread.start()
    }

    /// Runs `work` after everything posted before.
    func post(_ work: @escaping @Sendable () -> Void) {
        inbox.withLock { $0.append(work) }
        signal.signal()
    }

    /// Ends the thread when everything posted has run, and waits for that.
    func stop() {
        inbox.withLock { $0.append(nil) }
        signal.signal()
        ended.wait()
        // Whoever asks again finds it ended.
        ended.signal()
    }
}
