import StreamCore
import Testing
import Wire

struct JSONTreeTests {
    @Test func `a document becomes a value`() throws {
        let value = try JSON(parsing: #" {"a":[1,-2.5,true,false,null,"x\ty"],"b":{"c":{}},"d":[]} "#)
        let elements: [JSON] = [1, -2.5, true, false, nil, "x\ty"]
        let inner = JSON.object([JSON.Member("c", .object([JSON.Member]()))])
        #expect(value == .object([JSON.Member("a", .array(elements)), JSON.Member("b", inner), JSON.Member("d", .array([]))]))
    }

    @Test func `equal names are kept and the last one counts`() throws {
        let value = try JSON(parsing: #"{"a":1,"b":2,"a":3}"#)
        #expect(value.members?.map(\.name) == ["a", "b", "a"])
        #expect(value["a"] == 3)
    }

    @Test func `whole numbers stay exact and larger ones become doubles`() throws {
        #expect(try JSON(parsing: "9007199254740993") == .integer(9_007_199_254_740_993))
        #expect(try JSON(parsing: "-9223372036854775808") == .integer(.min))
        #expect(try JSON(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try JSON(parsing: "1e2") == .number(100))
        #expect(try JSON(parsing: "1e-999") == .number(0))
    }

    @Test func `nesting is taken to 256 levels`() throws {
        let deep = { (levels: Int) in String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(throws: Never.self) { try JSON(parsing: deep(256)) }
        #expect(throws: DecodeFailure("not JSON: arrays and objects nested more than 256 deep, at byte 256")) {
            try JSON(parsing: deep(257))
        }
    }

    @Test func `every recorded record survives its own text`() throws {
        // Those of every type hold numbers in Java's form, too.
        for (name, bytes) in try Samples.corpus("debezium") where name.hasSuffix(".ndjson") && !name.hasPrefix("types") {
            for line in bytes.split(separator: 10) {
                let record = try JSON(parsing: Array(line))
                for part in ["key", "value"] {
                    guard let text = record[part]?.string else { continue }
                    // The connector escapes what lies beyond the basic plane; we write it as it is.
                    #expect(try JSON(parsing: text).description == text.replacing(#"\uD83D\uDE00"#, with: "😀"))
                }
            }
        }
    }
}
