internal import RoadNetwork
internal import StreamCore
internal import Synchronization

/// The road network as it is now. One thread takes changes in, any looks for ways.
final class Roads: Sendable {
    private struct State {
        var network = RoadNetwork()
        /// Rises with each change.
        var revision = 0
    }

    private let state = Mutex(State())
    private let isSurveying = Mutex(false)

    /// The network as it is now: a value, to be looked into without holding up anybody.
    var network: RoadNetwork { state.withLock { $0.network } }

    /// Takes changes in. Records that say nothing right are passed over: the network goes on without them.
    func take(_ batch: RecordBatch, with decoder: inout NetworkChangeDecoder) {
        var changes: [NetworkChange] = []
        for index in 0..<batch.count {
            if let change = (try? decoder.decode(index, of: batch)) ?? nil { changes.append(change) }
        }
        if changes.isEmpty { return }
        state.withLock { state in
            for change in changes { state.network.apply(change) }
            state.revision += 1
        }
    }

    /// Whether searches would be led better after a survey that nobody has begun.
    var wantsSurvey: Bool { state.withLock { !$0.network.isSurveyed && $0.network.segmentCount > 0 } && isSurveying.withLock { !$0 } }

    /// Measures the network, which may take a second. What has changed meanwhile leaves it to the next survey.
    func survey() {
        let isFree = isSurveying.withLock { isBusy in
            defer { isBusy = true }
            return !isBusy
        }
        guard isFree else { return }
        defer { isSurveying.withLock { $0 = false } }
        let (before, revision) = state.withLock { ($0.network, $0.revision) }
        var surveyed = before
        surveyed.survey()
        let finished = surveyed
        state.withLock { if $0.revision == revision { $0.network = finished } }
    }
}
