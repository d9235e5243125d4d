internal import Dispatch
internal import EventLog
internal import StreamCore
internal import Synchronization
internal import Threads

/// The thread on which a slot's epochs commit while the slot goes on. It opens the writer, and opens a new one after any failure.
// SAFETY: `writer` is touched on the worker's thread alone.
final class WriterThread: @unchecked Sendable {
    private let log: any EventLog
    private let name: String
    private let worker: WorkerThread
    private let fault: @Sendable (FaultPoint) -> Void
    private var writer: (any LogWriter)?
    /// Whether there is one, as others than the thread may ask.
    private let isOpen = Atomic<Bool>(false)
    /// Those who wait for an opening that is under way.
    private let waiting = Mutex<[DispatchSemaphore]>([])

    init(log: any EventLog, name: String, fault: @escaping @Sendable (FaultPoint) -> Void) {
        self.fault = fault
        self.log = log
        self.name = name
        worker = WorkerThread(name: "writer \(name)")
    }

    /// Begins to open the writer, where there is none.
    func open() {
        if !isOpen.load(ordering: .acquiring) { worker.post { [self] in _ = opening() } }
    }

    /// Returns when the writer is open, or could not be opened: then nothing is undecided any more that its predecessor left, in an earlier run
    /// or before a failure. Without that, who asks what has committed waits until the log itself gives up on the predecessor. Blocks.
    func awaitOpen() {
        if isOpen.load(ordering: .acquiring) { return }
        let opened = DispatchSemaphore(value: 0)
        let isFirst = waiting.withLock { waiting in
            defer { waiting.append(opened) }
            return waiting.isEmpty
        }
        if isFirst {
            worker.post { [self] in
                // Where it fails, the next commit tries again and says why.
                _ = opening()
                let all = waiting.withLock { waiting in
                    defer { waiting = [] }
                    return waiting
                }
                for one in all { one.signal() }
            }
        }
        opened.wait()
    }

    private func opening() -> Result<any LogWriter, LogFailure> {
        if let writer { return .success(writer) }
        return Result { () throws(LogFailure) in
            let fresh = try log.makeWriter(name)
            writer = fresh
            isOpen.store(true, ordering: .releasing)
            return fresh
        }
    }

    private func drop() {
        isOpen.store(false, ordering: .releasing)
        writer?.close()
        writer = nil
    }

    /// Commits on the thread; `completion` is called there.
    func commit(_ transaction: Transaction, _ completion: @escaping @Sendable (Result<[Offset], LogFailure>) -> Void) {
        worker.post { [self] in completion(committed(transaction)) }
    }

    private func committed(_ transaction: Transaction) -> Result<[Offset], LogFailure> {
        // Nothing of a turn that was another's meanwhile; the log asks again when it knows as whom it commits.
        if !transaction.isCurrent() {
            return .failure(LogFailure(.fenced, "committing as \(name): a turn of this epoch was lost since it began"))
        }
        do throws(LogFailure) {
            let open = try opening().get()
            fault(.committing)
            return .success(try open.commit(transaction))
        } catch {
            drop()
            return .failure(error)
        }
    }

    /// Ends the thread after what was asked before.
    func stop() {
        worker.post { [self] in drop() }
        worker.stop()
    }
}
