public import StreamCore

/// A list of values a key, kept as one row: for the few to some hundreds of things that belong together and are read together.
public struct ListState<Key: StateKey, Element: Storable> {
    @usableFromInline let rows: ValueState<Key, [Element]>

    @inlinable init(rows: ValueState<Key, [Element]>) { self.rows = rows }

    /// The key's values, oldest first; none is an empty list.
    public func elements(for key: Key) throws(StageFailure) -> [Element] { try rows.value(for: key) ?? [] }

    /// Adds a value at the end.
    public func append(_ element: Element, for key: Key) throws(StageFailure) {
        try rows.update(key) { slot throws(StageFailure) in slot.value = (slot.value.take() ?? []) + CollectionOfOne(element) }
    }

    /// Lets `body` change the list in place; an empty list is removed.
    public func update<Result>(_ key: Key, _ body: (inout [Element]) throws(StageFailure) -> Result) throws(StageFailure) -> Result {
        try rows.update(key) { slot throws(StageFailure) in
            var list = slot.value.take() ?? []
            defer { slot.value = list.isEmpty ? nil : list }
            return try body(&list)
        }
    }

    /// Removes the key's list.
    public func removeAll(for key: Key) throws(StageFailure) { try rows.set(nil, for: key) }
}

/// A map of values a key, kept as one row: for small maps that are read together. Key finer where a map grows by thousands.
public struct MapState<Key: StateKey, Field: StateKey, Value: Storable> {
    @usableFromInline let rows: ValueState<Key, [Field: Value]>

    @inlinable init(rows: ValueState<Key, [Field: Value]>) { self.rows = rows }

    /// The value under one field, `nil` for none.
    public func value(_ field: Field, for key: Key) throws(StageFailure) -> Value? { try rows.value(for: key)?[field] }

    /// All fields.
    public func entries(for key: Key) throws(StageFailure) -> [Field: Value] { try rows.value(for: key) ?? [:] }

    /// Lets `body` change the map in place; an empty map is removed.
    public func update<Result>(
        _ key: Key, _ body: (inout [Field: Value]) throws(StageFailure) -> Result
    ) throws(StageFailure) -> Result {
        try rows.update(key) { slot throws(StageFailure) in
            var map = slot.value.take() ?? [:]
            defer { slot.value = map.isEmpty ? nil : map }
            return try body(&map)
        }
    }

    /// Sets one field; `nil` removes it.
    public func set(_ value: Value?, _ field: Field, for key: Key) throws(StageFailure) {
        try update(key) { map throws(StageFailure) in map[field] = value }
    }
}
