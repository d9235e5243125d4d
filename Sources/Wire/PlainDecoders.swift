public import StreamCore

/// Hands on a record's value as bytes. A tombstone says nothing.
public struct BytesDecoder: RecordDecoder {
    /// A decoder.
    public init() {}

    /// The value's bytes, copied.
    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> [UInt8]? {
        unsafe batch.withValue(index) { unsafe $0.map { unsafe Array($0) } }
    }
}

/// Hands on a record's value as text. A tombstone says nothing; bytes that are not UTF-8 are a failure.
public struct TextDecoder: RecordDecoder {
    /// A decoder.
    public init() {}

    /// The value as text.
    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> String? {
        try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> String? in
            guard let bytes = unsafe bytes else { return nil }
            guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
                throw DecodeFailure("a value of \(bytes.count) bytes that is not UTF-8 text")
            }
            return text
        }
    }
}

/// Hands on a whole record: key, value, headers and time, tombstones too.
public struct WholeRecordDecoder: RecordDecoder {
    /// A decoder.
    public init() {}

    /// The record as a value of its own.
    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Record? { batch.record(index) }
}

/// Hands on a record's value as a JSON value: for jobs that are not in a hurry. A tombstone says nothing.
public struct JSONValueDecoder: RecordDecoder {
    private let parser = JSONParser()

    /// A decoder with a parser of its own.
    public init() {}

    /// The value as JSON.
    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> JSON? {
        try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> JSON? in
            guard let bytes = unsafe bytes else { return nil }
            return try unsafe parser.tree(bytes)
        }
    }
}
