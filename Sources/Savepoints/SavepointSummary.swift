internal import KeyedState
public import StreamCore

/// What is known of a savepoint without unpacking it.
public struct SavepointSummary: Hashable, Sendable {
    /// The job's name.
    public let job: String
    /// When it was made.
    public let created: EventTime
    /// How many tasks it holds.
    public let tasks: Int
    /// How many rows of state.
    public let rows: Int
    /// How many bytes those take unpacked.
    public let stateBytes: Int
    /// The lowest and the highest epoch of its tasks.
    public let epochs: ClosedRange<Epoch>
}

extension Savepoint {
    /// What is known of it without unpacking it.
    public var summary: SavepointSummary {
        let epochs = tasks.map { $0.marker?.epoch ?? .none }
        return SavepointSummary(
            job: job, created: created, tasks: tasks.count, rows: tasks.reduce(0) { $0 + $1.rows.count },
            stateBytes: tasks.reduce(0) { $0 + $1.rows.byteCount },
            epochs: (epochs.min() ?? .none)...(epochs.max() ?? .none))
    }
}
