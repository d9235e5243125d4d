import StreamCore
import Testing
import Wire

struct JSONRefusalTests {
    @Test func `a record cut off anywhere is refused`() throws {
        for end in 0..<Samples.change.count {
            #expect(refusal(Array(Samples.change[..<end])) != nil, "cut at byte \(end)")
        }
        #expect(refusal(Samples.change) == nil)
    }

    @Test func `a recorded change cut off anywhere is refused`() throws {
        let lines = try #require(Samples.corpus("debezium").first { $0.name == "schema.ndjson" }).bytes.split(separator: 10)
        let line = try JSON(parsing: Array(try #require(lines.first)))
        let value = Array(try #require(line["value"]?.string).utf8)
        for end in 0..<value.count { #expect(refusal(Array(value[..<end])) != nil, "cut at byte \(end)") }
    }

    @Test(arguments: ["x", "}", "1", ",", "{}", "\"", "\0", "null"])
    func `a record that goes on after its end is refused`(_ rest: String) {
        #expect(refusal(Samples.change + Array(rest.utf8)) != nil)
        #expect(refusal(Samples.change + Array(" \n\(rest)".utf8)) != nil)
    }

    @Test func `both ways of reading agree on changed bytes`() throws {
        var numbers = SeededNumbers(1)
        let tempting = Array(#"{}[],:"\ 0e.-tnu"#.utf8) + [0, 0x0c, 0x80, 0xff]
        for _ in 0..<20_000 {
            var bytes = Samples.change
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let at = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[at] = tempting.randomElement(using: &numbers) ?? 0
                case 1: bytes.remove(at: at)
                default: bytes.insert(tempting.randomElement(using: &numbers) ?? 0, at: at)
                }
            }
            try WireFuzz.one(bytes)
        }
    }

    @Test func `the corpus is taken and refused as its folders say`() throws {
        for (name, bytes) in try Samples.corpus("json/valid") { #expect(try WireFuzz.one(bytes), "\(name)") }
        for (name, bytes) in try Samples.corpus("json/invalid") { #expect(try !WireFuzz.one(bytes), "\(name)") }
    }

    @Test(arguments: [
        (#"{"a":1"#, "byte 6"), (#"{"a" 1}"#, "byte 5"), (#"{"a":tru}"#, "byte 5"), (#"{"a":01}"#, "byte 5"), (#"["x\q"]"#, "byte 3"),
        (#"{"a":1}}"#, "byte 7"), (#"{"a":"b"#, "byte 7"), ("[\"a\nb\"]", "byte 3"), ("", "byte 0"),
    ])
    func `the failure names the byte`(_ text: String, _ place: String) {
        #expect(refusal(Array(text.utf8))?.hasSuffix(place) == true, "\(refusal(Array(text.utf8)) ?? "")")
    }

    @Test func `bytes that are not UTF-8 are refused where they stand`() {
        #expect(refusal(Array("[\"é漢".utf8) + [0xff] + Array("\"]".utf8)) == "not JSON: bytes that are not UTF-8, at byte 7")
    }
}
