public import StreamCore
public import Wire

/// A small element for tests: a key, a number and an instant, written `key:number:microseconds`.
public struct Sample: Storable, Hashable {
    /// What it is about.
    public var key: String
    /// What tells it from others.
    public var number: Int
    /// When it happened.
    public var time: EventTime

    /// A sample of those parts.
    public init(_ key: String, _ number: Int, at microseconds: Int) {
        self.key = key
        self.number = number
        time = EventTime(microseconds: Int64(microseconds))
    }

    /// It as a record.
    public var record: Record { Record(text, key: key, at: time) }

    /// As records carry it.
    public var text: String { "\(key):\(number):\(time.microseconds)" }

    /// Reads what `text` wrote.
    public init(text: some StringProtocol) throws(DecodeFailure) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let number = Int(parts[1]), let micros = Int(parts[2]) else { throw DecodeFailure("no sample: \(text)") }
        self.init(String(parts[0]), number, at: micros)
    }

    public func store(into writer: inout ByteWriter) {
        writer.text(key)
        writer.signed(Int64(number))
        writer.word(time.microseconds)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        key = try reader.text()
        number = Int(try reader.signed())
        time = EventTime(microseconds: try reader.word())
    }

    public var json: JSON { .string(text) }
}

/// Reads samples; a tombstone says nothing.
public struct SampleDecoder: RecordDecoder {
    private var texts = TextDecoder()
    /// A decoder.
    public init() {}
    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Sample? {
        guard let text = try texts.decode(index, of: batch) else { return nil }
        return try Sample(text: text)
    }
}

/// Writes samples under their key.
public struct SampleEncoder: RecordEncoder, Sendable {
    /// An encoder.
    public init() {}
    public func key(of sample: Sample) -> [UInt8]? { Array(sample.key.utf8) }
    public func encode(_ sample: Sample, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, value: Array(sample.text.utf8), time: time)
    }
}
