internal import EventLog
internal import StreamCore

/// The transactional writer of one name. Its commits share their sync with those of other writers.
final class EmbeddedWriter: LogWriter {
    private var core: LogCore?
    private let identity: WriterIdentity
    private var failure: LogFailure?

    init(_ core: LogCore, _ identity: WriterIdentity) {
        self.core = core
        self.identity = identity
    }

    func commit(_ transaction: Transaction) throws(LogFailure) -> [Offset] {
        if let failure { throw failure }
        guard let core else { throw LogFailure(.unavailable, "committing as \(identity.name): this writer was closed") }
        do {
            return try core.commit(transaction, by: identity)
        } catch {
            failure = error
            throw error
        }
    }

    func close() { core = nil }
}
