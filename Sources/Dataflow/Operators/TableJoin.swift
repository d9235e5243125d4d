internal import KeyedState
public import StreamCore

/// A row of a compacted topic: a key and its latest value, or none once it has been removed.
public struct TableRow<Key: StateKey, Value: Storable>: Storable {
    public static var storedVersion: UInt8 { Value.storedVersion }
    public static var oldestVersion: UInt8 { Value.oldestVersion }
    /// Whose row it is.
    public let key: Key
    /// Its value; `nil` removes it.
    public let value: Value?

    /// A row of those parts.
    public init(key: Key, value: Value?) {
        self.key = key
        self.value = value
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        key = try ByteReader.read(try reader.blob()) { reader throws(DecodeFailure) in try Key(keyFrom: &reader) }
        value = try Value?(from: &reader, version: version)
    }

    public func store(into writer: inout ByteWriter) {
        writer.blob(key.keyBytes)
        value.store(into: &writer)
    }

    public var json: JSON { .object(["key": .string(key.keyText), "value": value.json]) }
}

/// Joins each event with the latest row of its key, as far as that has been read.
struct TableJoin<Key: StateKey, Left: Sendable, Value: Storable, Result: Sendable>: TwoInputOperator {
    let key: @Sendable (Left) -> Key
    let rows: ValueState<Key, Value>
    let combine: @Sendable (Left, Value?) -> Result?
    let scope: StateScope

    mutating func processLeft(_ batch: [Event<Left>], into out: inout Output<Result>) throws(StageFailure) {
        scope.watermark = out.moment.watermark
        for event in batch where !event.origin.isReplayed {
            out.source = event.origin
            let row = try rows.value(for: key(event.element))
            if let result = combine(event.element, row) { out.emit(result, at: event.time) }
        }
    }

    mutating func processRight(_ batch: [Event<TableRow<Key, Value>>], into out: inout Output<Result>) throws(StageFailure) {
        scope.watermark = out.moment.watermark
        for event in batch where !event.origin.isReplayed {
            out.source = event.origin
            scope.eventTime = event.time
            try rows.set(event.element.value, for: event.element.key)
        }
    }

    mutating func advance(into out: inout Output<Result>) throws(StageFailure) {}
    var nextWake: EventTime { .distantFuture }
    var awaited: EventTime { .distantFuture }
}
