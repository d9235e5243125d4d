public import StreamCore

/// A task's rows in memory, for replays and tests: the same promises, nothing survives.
public final class MemoryStore: TaskStore {
    private var rows: [[UInt8]: [UInt8]] = [:]
    public private(set) var changelogPosition: Offset?

    /// An empty store.
    public init() {}

    public func withRow<Result>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer?) throws(StageFailure) -> Result
    ) throws(StageFailure) -> Result {
        guard let row = rows[key] else { return try body(nil) }
        return try unsafe row.withUnsafeBufferPointer { pointer throws(StageFailure) in
            try unsafe body(UnsafeRawBufferPointer(pointer))
        }
    }

    public func scan(
        prefix: [UInt8], from first: [UInt8], _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(StageFailure) -> Bool
    ) throws(StageFailure) {
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

    public func write(_ writes: RowWrites, changelogPosition: Offset) throws(StageFailure) {
        try unsafe writes.forEach { key, value throws(StageFailure) in
            rows[unsafe Array(key)] = unsafe value.map { unsafe Array($0) }
        }
        self.changelogPosition = changelogPosition
    }

    public func clear() {
        rows = [:]
        changelogPosition = nil
    }
}
