public import KeyedState
public import StreamCore

/// What has become of a state since a savepoint.
public struct StateDifferences: Sendable {
    /// A key under which something else stands.
    public struct Row: Hashable, Sendable {
        /// The task that holds it.
        public let task: TaskID
        /// What the savepoint has; `nil` for a key that was added.
        public let before: RenderedRow?
        /// What stands there now; `nil` for a key that was removed.
        public let after: RenderedRow?
    }

    /// How many keys were added.
    public internal(set) var added = 0
    /// How many were removed.
    public internal(set) var removed = 0
    /// How many hold another value, or expire at another time.
    public internal(set) var changed = 0
    /// The first of them, task by task in key order.
    public internal(set) var rows: [Row] = []

    /// How many there are in all.
    public var total: Int { added + removed + changed }

    mutating func count(_ was: Bool, _ isNow: Bool) {
        if !was { added += 1 } else if !isNow { removed += 1 } else { changed += 1 }
    }

    static func += (all: inout StateDifferences, some: StateDifferences) {
        all.added += some.added
        all.removed += some.removed
        all.changed += some.changed
        all.rows += some.rows
    }
}
