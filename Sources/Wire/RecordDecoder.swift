public import StreamCore

/// Decodes the records of one inlet; one per task, called once a record.
public protocol RecordDecoder<Element>: SendableMetatype {
    associatedtype Element: Sendable
    /// The element in record `index` of `batch`; nil for a record that says nothing to this inlet (a tombstone, another operation).
    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Element?
}
