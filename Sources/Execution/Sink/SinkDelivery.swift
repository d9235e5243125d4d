internal import Dataflow
internal import Sinks
internal import StreamCore

/// One epoch's rows on their way to their target. What it does blocks: it runs on a door's thread.
struct SinkDelivery: Sendable {
    let batch: SinkBatch
    let step: SinkStep

    /// Whether it leads nowhere, and only asks.
    var isCheck: Bool { step.moves.allSatisfy { $0.from == $0.to } }

    /// Has the rows and the positions written, or neither. What may succeed at once is tried again a few times.
    func run(_ fault: (FaultPoint) -> Void) throws(SinkFailure) {
        for _ in 1..<SinkDelivery.tries {
            do throws(SinkFailure) {
                return try attempt(fault)
            } catch {
                guard error.kind == .retriable else { throw error }
            }
        }
        try attempt(fault)
    }

    private func attempt(_ fault: (FaultPoint) -> Void) throws(SinkFailure) {
        fault(.delivering)
        try batch.write(step)
        fault(.delivered)
    }

    private static let tries = 5
}

extension StageFailure {
    /// What a failure of the target means for a task. Where the target is away, or has what was not expected, the task begins again at what
    /// the target then says that it has: that also settles a write whose answer got lost.
    init(_ doing: String, _ failure: SinkFailure) {
        let remedy: Remedy =
            switch failure.kind {
            case .unavailable, .retriable, .unknown, .moved, .fenced: .wait
            case .refused: .deadLetter
            case .unfit: .retry
            }
        self.init("\(doing): \(failure)", blame: .system, remedy: remedy)
    }
}
