public import StreamCore
internal import Synchronization

/// A task's rows in memory, for replays and tests: the same promises, nothing survives.
public final class MemoryStore: TaskStore {
    private struct State {
        var rows: [[UInt8]: [UInt8]] = [:]
        var position: Offset?
    }

    private let state = Mutex(State())

    /// An empty store.
    public init() {}

    public var changelogPosition: Offset? { state.withLock { $0.position } }

    public func withRow<Result>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer?) throws(StageFailure) -> Result
    ) throws(StageFailure) -> Result {
        guard let row = state.withLock({ $0.rows[key] }) else { return try body(nil) }
        return try unsafe row.withUnsafeBufferPointer { pointer throws(StageFailure) in
            try unsafe body(UnsafeRawBufferPointer(pointer))
        }
    }

    public func scan(
        prefix: [UInt8], from first: [UInt8], _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(StageFailure) -> Bool
    ) throws(StageFailure) {
        let rows = state.withLock { $0.rows }
        let keys = rows.keys.filter { $0.starts(with: prefix) && !$0.lexicographicallyPrecedes(first) }
        for key in keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard let row = rows[key] else { continue }
            let goOn = try unsafe key.withUnsafeBufferPointer { key throws(StageFailure) in
                try unsafe row.withUnsafeBufferPointer { row throws(StageFailure) in
                    try unsafe body(UnsafeRawBufferPointer(key), UnsafeRawBufferPointer(row))
                }
            }
            if !goOn { return }
        }
    }

    public func write(_ writes: RowWrites, changelogPosition: Offset?) throws(StageFailure) {
        try unsafe writes.forEach { key, value throws(StageFailure) in
            let (key, value) = unsafe (Array(key), value.map { unsafe Array($0) })
            state.withLock { $0.rows[key] = value }
        }
        if let changelogPosition { state.withLock { $0.position = changelogPosition } }
    }

    public func clear() {
        state.withLock { $0 = State() }
    }
}
