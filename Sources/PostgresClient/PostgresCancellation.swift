internal import CPostgres

/// Ends what a session's statement does, from any thread; the statement fails as `.timedOut`. Does nothing when there is none.
// SAFETY: the pointer is freed in deinit alone, and libpq lets any thread cancel.
@safe public final class PostgresCancellation: @unchecked Sendable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe PQfreeCancel(handle) }

    /// Asks the server to end the statement. Connects for that, so it may take a moment.
    public func cancel() {
        var reason = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(handle, &reason, Int32(reason.count))
    }
}
