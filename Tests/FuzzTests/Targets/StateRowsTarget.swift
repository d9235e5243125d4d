@testable import AuditAnomaly
import Freight
@testable import KeyedState
import StreamCore

extension FuzzTarget {
    /// Rows as a store holds them: key and value, and the key of a timer. The first byte says how long the key is. A row that renders
    /// has a key whose text means the same stored key.
    static func stateRows(_ bytes: UnsafeRawBufferPointer) throws {
        guard let split = unsafe bytes.first, Int(split) < bytes.count else { return }
        let key = unsafe UnsafeRawBufferPointer(rebasing: bytes[1..<1 + Int(split)])
        let row = unsafe UnsafeRawBufferPointer(rebasing: bytes[(1 + Int(split))...])
        let scope = StateScope(store: MemoryStore())
        let users: ValueState<EntityID, UserActivity> = scope.value("users")
        if let rendered = try? unsafe users.render(key, row) {
            try require(users.storedKey(rendered.key).map { unsafe $0.elementsEqual(key) } ?? false, "a key whose text is another's")
        }
        let counts: ValueState<Int, Int> = scope.value("counts")
        if let rendered = try? unsafe counts.render(key, row) {
            try require(counts.storedKey(rendered.key).map { unsafe $0.elementsEqual(key) } ?? false, "a key whose text is another's")
        }
        let timers: TimerState<EntityID> = scope.timers("timers")
        _ = try? unsafe timers.render(key, row)
    }
}
