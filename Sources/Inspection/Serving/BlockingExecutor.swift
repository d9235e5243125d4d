internal import Dispatch

/// Runs an actor on a queue of its own, so that its calls may wait for a disk or a broker without holding up the cooperative pool.
public final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// An executor whose queue carries that name.
    public init(_ name: String) { queue = DispatchQueue(label: "linehaul.\(name)") }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
