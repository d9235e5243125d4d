internal import Savepoints

/// Reads and writes savepoints for those who must not wait for a disk: one request at a time, on a thread that may.
actor SavepointDesk {
    private let folder: SavepointFolder
    private let executor = BlockingExecutor("inspection.savepoints")

    init(_ folder: SavepointFolder) { self.folder = folder }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Runs `work` with the folder; what it refuses becomes a refusal.
    func ask<Answer: Sendable>(
        _ work: @Sendable (SavepointFolder) throws(SavepointFailure) -> Answer
    ) throws(Refusal) -> Answer {
        do throws(SavepointFailure) {
            return try work(folder)
        } catch {
            switch error.kind {
            case .notFound: throw Refusal(404, "NOT_FOUND", error.description)
            case .refused: throw Refusal(409, "REFUSED", error.description)
            case .damaged: throw Refusal(409, "SAVEPOINT_DAMAGED", error.description)
            case .unavailable: throw Refusal(503, "UNAVAILABLE", error.description)
            }
        }
    }
}
