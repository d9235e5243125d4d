import Freight
import StreamCore
import Testing

struct AuditDecoderTests {
    private let id = "6f1f4c0e-7f0b-4a5e-9b4f-00000000002a"

    private func expected(_ user: String?, _ microseconds: Int64 = 1_795_336_000_000_000) -> AuditRecord {
        AuditRecord(id: EntityID(id), userID: user.map { EntityID($0) }, time: EventTime(microseconds: microseconds))
    }

    private func row(_ user: String = #""u-1""#, _ time: String = "1795336000000000") -> String {
        #"{"id":"\#(id)","table_name":"loads","changed_data":"{\"user_id\":\"other\"}","user_id":\#(user),"created_at":\#(time)}"#
    }

    private func change(_ row: String, op: String = "c") -> String {
        #"{"before":null,"after":\#(row),"source":{"ts_ms":1,"table":"audit_logs"},"op":"\#(op)","ts_ms":2}"#
    }

    @Test func `a change is read with and without its schema`() throws {
        #expect(try decoded(change(row())) == expected("u-1"))
        #expect(try decoded(#"{"schema":{"type":"struct","fields":[{"field":"op"}]},"payload":\#(change(row()))}"#) == expected("u-1"))
        #expect(try decoded(change(row(), op: "r")) == expected("u-1"))
    }

    @Test func `a plain audit record is read`() throws {
        let plain = row(#""0000002a-7f0b-4a5e-9b4f-1f2d3c4b5a69""#, #""2026-11-22T08:26:40Z""#)
        #expect(try decoded(plain) == expected("0000002a-7f0b-4a5e-9b4f-1f2d3c4b5a69"))
    }

    @Test(arguments: ["u", "d", "t", "m"])
    func `other operations say nothing`(_ op: String) throws {
        #expect(try decoded(change(row(), op: op)) == nil)
        #expect(try decoded(#"{"schema":{},"payload":{"op":"\#(op)","after":null}}"#) == nil)
    }

    @Test func `tombstones in all their forms say nothing`() throws {
        #expect(try decoded(nil) == nil)
        #expect(try decoded("null") == nil)
        #expect(try decoded(#"{"schema":null,"payload":null}"#) == nil)
    }

    @Test(arguments: [
        ("1795336000", 1_795_336_000_000_000), ("1795336000123", 1_795_336_000_123_000), ("1795336000123456", 1_795_336_000_123_456),
        ("1795336000123456789", 1_795_336_000_123_456), (#""2026-11-22T08:26:40.123456Z""#, 1_795_336_000_123_456),
        (#""2026-11-22T08:26:40.123456789Z""#, 1_795_336_000_123_456), (#""2026-11-22T10:26:40+02:00""#, 1_795_336_000_000_000),
        (#""2026-11-22 08:26:40""#, 1_795_336_000_000_000),
        ("100000000000", 100_000_000_000_000), ("99999999999", 99_999_999_999_000_000),
    ])
    func `a time is read in every mode`(_ text: String, _ microseconds: Int64) throws {
        #expect(try decoded(change(row("null", text))) == expected(nil, microseconds))
    }

    @Test func `a named unit takes old times too`() throws {
        let decoder = { (unit: TimeUnit) in AuditColumns(timeUnit: unit) }
        #expect(try decoded(row("null", "5000000"), decoder(.microseconds)) == expected(nil, 5_000_000))
        #expect(try decoded(row("null", "-1"), decoder(.milliseconds)) == expected(nil, -1_000))
        #expect(try decoded(row("null", "-1"), decoder(.nanoseconds)) == expected(nil, -1))
        #expect(try decoded(row("null", "7"), decoder(.seconds)) == expected(nil, 7_000_000))
    }

    @Test(arguments: [
        "9223372036825200000", "-9223372036832400000", "9223372036825200", #""infinity""#, #""-infinity""#, "1.5", #""soon""#, "true", "[]", "{}",
        "18446744073709551615",
    ])
    func `a time that is no instant is a failure that names the column`(_ text: String) {
        #expect(refusal(change(row("null", text)))?.contains("created_at in after is no instant") == true)
    }

    @Test(arguments: TimeUnit.allCases)
    func `no number of any size is a crash`(_ unit: TimeUnit) {
        for number in [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max] { _ = unit.instant(number) }
    }

    @Test(arguments: ["null", #""""#])
    func `an empty user is none`(_ user: String) throws {
        #expect(try decoded(change(row(user))) == expected(nil))
    }

    @Test func `a user may be missing or a number`() throws {
        #expect(try decoded(#"{"id":"\#(id)","created_at":1795336000000000}"#) == expected(nil))
        #expect(try decoded(row("9007199254740993")) == expected("9007199254740993"))
        #expect(try decoded(row("18446744073709551615")) == expected("18446744073709551615"))
        #expect(refusal(row("[1]"))?.contains("user_id") == true)
    }

    @Test func `ids of other tables may be numbers`() throws {
        #expect(try decoded(#"{"id":12,"created_at":1795336000}"#)?.id == EntityID("12"))
    }

    @Test(arguments: ["{}", #"{"id":null,"created_at":1795336000}"#, #"{"id":"","created_at":1795336000}"#])
    func `a missing id is a failure that names the column`(_ row: String) {
        #expect(refusal(row) == "an audit record without an id: id is missing, null or empty in the record")
        #expect(refusal(change(row)) == "an audit record without an id: id is missing, null or empty in after")
        #expect(refusal(#"{"payload":\#(change(row))}"#) == "an audit record without an id: id is missing, null or empty in payload.after")
    }

    @Test func `a missing time is a failure that names the column`() {
        #expect(refusal(change(#"{"id":1}"#)) == "an audit record without a time: created_at is missing or null in after")
    }

    @Test func `columns may have other names`() throws {
        let columns = AuditColumns(id: "nr", user: "who", time: "at")
        #expect(try decoded(change(#"{"nr":"\#(id)","who":"x","at":1795336000000,"user_id":"y"}"#), columns) == expected("x"))
    }

    @Test(arguments: ["", "[]", "7", "{", #"{"op":"x","after":{}}"#, #"{"op":"create"}"#])
    func `what is no audit record is a failure`(_ text: String) {
        #expect(refusal(text) != nil)
    }
}
