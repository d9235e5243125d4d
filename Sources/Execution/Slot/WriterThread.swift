internal import EventLog
internal import StreamCore
internal import Threads

/// The thread on which a slot's epochs commit while the slot goes on. It opens the writer, and opens a new one after any failure.
// SAFETY: `writer` is touched on the worker's thread alone.
final class WriterThread: @unchecked Sendable {
    private let log: any EventLog
    private let name: String
    private let worker: WorkerThread
    private let fault: @Sendable (FaultPoint) -> Void
    private var writer: (any LogWriter)?

    init(log: any EventLog, name: String, fault: @escaping @Sendable (FaultPoint) -> Void) {
        self.fault = fault
        self.log = log
        self.name = name
        worker = WorkerThread(name: "writer \(name)")
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
            let open: any LogWriter
            if let known = writer { open = known } else { open = try log.makeWriter(name) }
            writer = open
            fault(.committing)
            return .success(try open.commit(transaction))
        } catch {
            writer?.close()
            writer = nil
            return .failure(error)
        }
    }

    /// Ends the thread after what was asked before.
    func stop() {
        worker.post { [self] in
            writer?.close()
            writer = nil
        }
        worker.stop()
    }
}
