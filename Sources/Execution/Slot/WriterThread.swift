internal import Dispatch
internal import EventLog
internal import Foundation
internal import StreamCore
internal import Synchronization

/// The thread on which a slot's epochs commit while the slot goes on. It opens the writer, and opens a new one after any failure.
// SAFETY: the writer lives on the thread alone; what crosses is behind `inbox`.
final class WriterThread: @unchecked Sendable {
    typealias Completion = @Sendable (Result<[Offset], LogFailure>) -> Void

    private enum Request {
        case commit(Transaction, Completion)
        case stop
    }

    private let log: any EventLog
    private let name: String
    private let inbox = Mutex<[Request]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(log: any EventLog, name: String) {
        self.log = log
        self.name = name
        let thread = Thread { [self] in run() }
        thread.name = "writer \(name)"
        thread.start()
    }

    /// Commits on the thread; `completion` is called there.
    func commit(_ transaction: Transaction, _ completion: @escaping Completion) {
        inbox.withLock { $0.append(.commit(transaction, completion)) }
        signal.signal()
    }

    /// Ends the thread after what was asked before.
    func stop() {
        inbox.withLock { $0.append(.stop) }
        signal.signal()
        ended.wait()
    }

    private func run() {
        var writer: (any LogWriter)?
        while true {
            signal.wait()
            guard let request = inbox.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
            switch request {
            case .commit(let transaction, let completion):
                do throws(LogFailure) {
                    let open: any LogWriter
                    if let known = writer { open = known } else { open = try log.makeWriter(name) }
                    writer = open
                    completion(.success(try open.commit(transaction)))
                } catch {
                    writer?.close()
                    writer = nil
                    completion(.failure(error))
                }
            case .stop:
                writer?.close()
                ended.signal()
                return
            }
        }
    }
}
