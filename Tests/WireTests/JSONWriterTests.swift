import StreamCore
import Testing
import Wire

struct JSONWriterTests {
    @Test func `an object is written member by member`() {
        let text = written { json in
            json.field("text", "a\"b\n")
            json.field("whole", -3)
            json.field("large", Int64.max)
            json.field("number", 2.5)
            json.field("truth", true)
            json.field("left out", String?.none)
            json.nullable("nothing", String?.none)
            json.field("at", EventTime(microseconds: 1_767_323_045_678_901))
            json.decimal("rate", "1500.00")
            json.field("value", ["a", 1] as JSON)
        }
        #expect(
            text
                == #"{"text":"a\"b\n","whole":-3,"large":9223372036854775807,"number":2.5,"truth":true,"nothing":null,"#
                + #""at":"2026-01-02T03:04:05.678901Z","rate":1500.00,"value":["a",1]}"#)
    }

    @Test func `objects and arrays nest`() {
        let text = written { json in
            json.object("a") { $0.object("b") { _ in } }
            json.array("c", of: ["x", "y"])
            json.array("d", of: [1, 2]) { json, item in
                json.field("n", item)
                json.array("e", of: [Int]())
            }
            json.field("f", 1)
        }
        #expect(text == #"{"a":{"b":{}},"c":["x","y"],"d":[{"n":1,"e":[]},{"n":2,"e":[]}],"f":1}"#)
    }

    @Test(arguments: ["NaN", "1.", "01", "", "-", "1e", "+1", "1 ", "Infinity"])
    func `a decimal that is no number is written as text`(_ text: String) {
        #expect(written { $0.decimal("d", text) } == #"{"d":"\#(text)"}"#)
    }

    @Test(arguments: ["0", "-0.10", "12345678901234567890.123456789", "1e5", "1E-5", "10"])
    func `a decimal keeps its digits`(_ text: String) {
        #expect(written { $0.decimal("d", text) } == #"{"d":\#(text)}"#)
    }

    @Test func `writing goes on behind what is there`() {
        var out = ByteWriter()
        out.raw("before ".utf8)
        JSONWriter.object(into: &out) { $0.field("a", 1) }
        out.raw(" after".utf8)
        #expect(String(decoding: out.bytes, as: UTF8.self) == #"before {"a":1} after"#)
    }

    @Test func `an instant is written as its text and read back from bytes`() {
        var numbers = SeededNumbers(2)
        let (first, last) = (Int64(-62_167_219_200_000_000), Int64(253_402_300_799_999_999))
        let edges = [0, -1, 1, 951_782_400_000_000, first, last, first - 1, last + 1, .min, .max]
        let random = (0..<2_000).map { _ in Int64.random(in: first...last, using: &numbers) }
        let rounded = random.map { $0 / 1_000 * 1_000 } + random.map { $0 / 1_000_000 * 1_000_000 }
        for time in (edges + random + rounded).map(EventTime.init(microseconds:)) {
            var out = ByteWriter()
            out.rfc3339(time)
            #expect(String(decoding: out.bytes, as: UTF8.self) == time.rfc3339)
            #expect(unsafe out.bytes.withUnsafeBytes { unsafe EventTime(rfc3339: $0) } == EventTime(rfc3339: time.rfc3339))
        }
    }

    @Test(arguments: [
        "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.12xZ", "2026-1-01T00:00:00ZZZZZ", "", "Z", "yesterday at about noon Z",
    ])
    func `bytes that are no instant are refused`(_ text: String) {
        #expect(unsafe Array(text.utf8).withUnsafeBytes { unsafe EventTime(rfc3339: $0) } == nil)
    }

    private func written(_ members: (inout JSONWriter) -> Void) -> String {
        var out = ByteWriter()
        JSONWriter.object(into: &out, members)
        return String(decoding: out.bytes, as: UTF8.self)
    }
}
