import StreamCore
import Testing
import Wire

struct PlainCodecTests {
    private let time = EventTime(microseconds: 5)

    @Test func `text goes out and comes back`() throws {
        let encoder = TextEncoder(keyedBy: { String($0.prefix(1)) })
        var builder = BatchBuilder()
        encoder.encode("hello é", at: time, key: encoder.key(of: "hello é"), into: &builder)
        let batch = builder.finish()
        var decoder = TextDecoder()
        #expect(try decoder.decode(0, of: batch) == "hello é")
        #expect(batch.record(0) == Record(key: Array("h".utf8), value: Array("hello é".utf8), time: time))
    }

    @Test func `JSON goes out and comes back`() throws {
        let value = try JSON(parsing: #"{"id":"7","n":[1,2.5]}"#)
        let encoder = JSONValueEncoder(keyedBy: { $0["id"]?.string })
        var builder = BatchBuilder()
        encoder.encode(value, at: time, key: encoder.key(of: value), into: &builder)
        let batch = builder.finish()
        var decoder = JSONValueDecoder()
        #expect(try decoder.decode(0, of: batch) == value)
        #expect(batch.record(0).key == Array("7".utf8))
    }

    @Test func `whole records pass through`() throws {
        let record = Record(key: [1], value: nil, headers: [Header("h", "v")], time: time)
        var builder = BatchBuilder()
        WholeRecordEncoder().encode(record, at: time, key: record.key, into: &builder)
        var decoder = WholeRecordDecoder()
        #expect(try decoder.decode(0, of: builder.finish()) == record)
    }

    @Test func `tombstones say nothing`() throws {
        var builder = BatchBuilder()
        builder.append(key: [1], value: nil, time: time)
        let batch = builder.finish()
        var (bytes, text, json) = (BytesDecoder(), TextDecoder(), JSONValueDecoder())
        #expect(try bytes.decode(0, of: batch) == nil)
        #expect(try text.decode(0, of: batch) == nil)
        #expect(try json.decode(0, of: batch) == nil)
    }

    @Test func `bytes that are not what was asked for are a failure`() {
        var builder = BatchBuilder()
        BytesEncoder().encode([0xff, 0xfe], at: time, key: nil, into: &builder)
        let batch = builder.finish()
        #expect(throws: DecodeFailure.self) {
            var decoder = TextDecoder()
            return try decoder.decode(0, of: batch)
        }
        #expect(throws: DecodeFailure.self) {
            var decoder = JSONValueDecoder()
            return try decoder.decode(0, of: batch)
        }
    }
}
