public import StreamCore

/// Encodes the elements of one outlet as records, appended to a batch.
public protocol RecordEncoder<Element>: SendableMetatype {
    associatedtype Element: Sendable
    /// The key's bytes are asked first, to choose the partition; nil for none.
    func key(of element: Element) -> [UInt8]?
    /// Appends `element` as one record of that time and key to `batch`.
    func encode(_ element: Element, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder)
}
