internal import DebeziumFormat
internal import Pgoutput
internal import StreamCore
internal import Testing

/// What a table's records say beside what the recordings of the real connector show.
@Suite struct TableWriterTests {
    private func after(
        _ columns: [CapturedColumn], _ texts: String?..., settings: DebeziumSettings = DebeziumSettings(name: "t", database: "d")
    ) throws -> String {
        let writer = TableWriter(CapturedTable(schema: "public", name: "x", columns: columns, key: [0]), settings)
        var out = ByteWriter()
        let source = ChangeSource(time: EventTime(microseconds: 0), transaction: 1, position: LogPosition(2), lastCommit: nil)
        try writer.write(
            .create, before: nil, after: RowImage(texts.map { $0.map { Array($0.utf8) } }), from: source, at: EventTime(microseconds: 0),
            into: &out)
        let text = String(decoding: out.bytes, as: UTF8.self)
        let start = try #require(text.firstRange(of: "\"after\":")).upperBound
        return String(text[start..<(try #require(text.firstRange(of: ",\"source\"")).lowerBound)])
    }

    @Test(arguments: [
        ("0", "AA=="), ("-1", "/w=="), ("1.27", "fw=="), ("1.28", "AIA="), ("-1.28", "gA=="), ("-1.29", "/38="),
        ("123456789012345678901234567890.12", "AJvTCjxkWUPdFpCgOhQ="),
    ])
    func `a decimal is its unscaled number in two's complement`(_ text: String, _ base64: String) throws {
        let scale: Int32 = text.contains(".") ? 2 : 0
        let column = CapturedColumn("n", .named("numeric"), modifier: (40 << 16 | scale) + 4)
        #expect(try after([column], text) == "{\"n\":\"\(base64)\"}")
    }

    @Test func `a column with a default that is NULL is null`() throws {
        let column = CapturedColumn("t", .named("text"), default: "'x'::text")
        #expect(try after([CapturedColumn("id", .named("int4")), column], "1", nil) == #"{"id":1,"t":null}"#)
    }

    @Test func `a numeric of a negative scale has that scale`() throws {
        let column = CapturedColumn("n", .named("numeric"), modifier: (5 << 16 | (-2 & 0x7ff)) + 4)
        var settings = DebeziumSettings(name: "t", database: "d")
        #expect(try after([column], "12300", settings: settings) == #"{"n":"ew=="}"#)
        settings.decimals = .string
        #expect(try after([column], "12300", settings: settings) == #"{"n":"12300"}"#)
    }

    @Test func `names and texts are escaped as Jackson does`() throws {
        let column = CapturedColumn("wörld\"", .named("text"))
        #expect(try after([column], "a\"\\\n\u{1}é漢😀") == #"{"wörld\"":"a\"\\\n\u0001é漢\uD83D\uDE00"}"#)
    }

    @Test func `what cannot be read is refused`() {
        for (type, text) in [
            ("timestamp", "2020-13"), ("bytea", "\\x0"), ("interval", "1 fortnight"), ("date", ""), ("hstore", "a"), ("geometry", "zz"),
        ] {
            #expect(throws: DecodeFailure.self, "\(type)") { try after([CapturedColumn("c", .named(type))], text) }
        }
    }
}
