public import StreamCore

/// Writes bytes as a record's value, under the key that a function of them gives.
public struct BytesEncoder: RecordEncoder, Sendable {
    private let keyedBy: @Sendable ([UInt8]) -> [UInt8]?

    /// An encoder; without `keyedBy` records have no key.
    public init(keyedBy: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in nil }) { self.keyedBy = keyedBy }

    public func key(of element: [UInt8]) -> [UInt8]? { keyedBy(element) }

    public func encode(_ element: [UInt8], at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, value: element, time: time)
    }
}

/// Writes text as a record's value, under the key that a function of it gives.
public struct TextEncoder: RecordEncoder, Sendable {
    private let keyedBy: @Sendable (String) -> String?

    /// An encoder; without `keyedBy` records have no key.
    public init(keyedBy: @escaping @Sendable (String) -> String? = { _ in nil }) { self.keyedBy = keyedBy }

    public func key(of element: String) -> [UInt8]? { keyedBy(element).map { Array($0.utf8) } }

    public func encode(_ element: String, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, value: Array(element.utf8), time: time)
    }
}

/// Writes whole records as they are, but for the time, which is the one asked for.
public struct WholeRecordEncoder: RecordEncoder, Sendable {
    /// An encoder.
    public init() {}

    public func key(of element: Record) -> [UInt8]? { element.key }

    public func encode(_ element: Record, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, value: element.value, headers: element.headers, time: time)
    }
}

/// Writes JSON values as compact text, under the key that a function of them gives.
public struct JSONValueEncoder: RecordEncoder, Sendable {
    private let keyedBy: @Sendable (JSON) -> String?

    /// An encoder; without `keyedBy` records have no key.
    public init(keyedBy: @escaping @Sendable (JSON) -> String? = { _ in nil }) { self.keyedBy = keyedBy }

    public func key(of element: JSON) -> [UInt8]? { keyedBy(element).map { Array($0.utf8) } }

    public func encode(_ element: JSON, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time, value: element.write(into:))
    }
}
