import StreamCore
import Testing
import Wire

struct JSONProjectionTests {
    @Test func `wanted members are found at their paths`() throws {
        let projection = JSONProjection("op", "after.id", "after.created_at", "source.snapshot", "before", "after.nothing")
        try project(Samples.change, projection) { fields throws(DecodeFailure) in
            #expect(fields.string(0) == "c")
            #expect(fields.string(1) == "6f1f4c0e-7f0b-4a5e-9b4f-00000000002a")
            #expect(fields.integer(2) == 1_795_336_000_000_000)
            #expect(fields.bool(3) == false)
            #expect(fields.kind(4) == .null)
            #expect(fields.kind(5) == .missing)
            #expect(fields.isAbsent(4) && fields.isAbsent(5) && !fields.isAbsent(0))
        }
    }

    @Test func `members of the same name at other depths are not taken`() throws {
        let bytes = Array(#"{"x":{"a":1},"y":[{"a":2}],"b":{"x":{"a":3}}}"#.utf8)
        try project(bytes, JSONProjection("a", "x.a", "y.a")) { fields throws(DecodeFailure) in
            #expect(fields.kind(0) == .missing)
            #expect(fields.integer(1) == 1)
            #expect(fields.kind(2) == .missing)
        }
    }

    @Test func `escaped names and strings are unescaped`() throws {
        let bytes = Array(#"{"skipped":"\n","\u0061":"a\"\\\/\b\f\n\r\t\u00e9\u6f22\ud83d\ude00z"}"#.utf8)
        try project(bytes, JSONProjection("a")) { fields throws(DecodeFailure) in
            #expect(fields.string(0) == "a\"\\/\u{8}\u{c}\n\r\té漢😀z")
        }
    }

    @Test func `several unescaped strings hold at once`() throws {
        let bytes = Array(#"{"a":"1\n","b":"2\n","\u0063":"3\n"}"#.utf8)
        try project(bytes, JSONProjection("a", "b", "c")) { fields throws(DecodeFailure) in
            #expect(fields.string(0) == "1\n")
            #expect(fields.string(1) == "2\n")
            #expect(fields.string(2) == "3\n")
        }
    }

    @Test func `of equal names the last one counts`() throws {
        let bytes = Array(#"{"a":1,"a":2,"b":{"c":1,"d":1},"b":{"d":2},"e":{"f":1},"e":null}"#.utf8)
        try project(bytes, JSONProjection("a", "b.c", "b.d", "e.f")) { fields throws(DecodeFailure) in
            #expect(fields.integer(0) == 2)
            #expect(fields.kind(1) == .missing)
            #expect(fields.integer(2) == 2)
            #expect(fields.kind(3) == .missing)
        }
    }

    @Test func `whole numbers are exact to the ends of 64 bits`() throws {
        let bytes = Array(
            #"{"a":9223372036854775807,"b":-9223372036854775808,"c":18446744073709551615,"d":18446744073709551616,"e":1.5}"#.utf8)
        try project(bytes, JSONProjection("a", "b", "c", "d", "e")) { fields throws(DecodeFailure) in
            #expect(fields.integer(0) == .max)
            #expect(fields.integer(1) == .min)
            #expect(fields.kind(2) == .unsigned && fields.unsigned(2) == .max && fields.integer(2) == nil)
            #expect(fields.kind(3) == .double && fields.number(3) == 18_446_744_073_709_551_616)
            #expect(fields.number(4) == 1.5)
        }
    }

    @Test func `a wanted object is lent as its text and may be entered too`() throws {
        let bytes = Array(#"{"a": {"b" : [1, {}]} }"#.utf8)
        try project(bytes, JSONProjection("a", "a.b", "a")) { fields throws(DecodeFailure) in
            #expect(unsafe fields.withText(0) { unsafe String(decoding: $0, as: UTF8.self) } == #"{"b" : [1, {}]}"#)
            #expect(unsafe fields.withText(1) { unsafe String(decoding: $0, as: UTF8.self) } == "[1, {}]")
            #expect(fields.kind(2) == .object)
        }
    }

    @Test func `the empty path is the document itself`() throws {
        try project(Array("[1]".utf8), JSONProjection(paths: [[]])) { fields throws(DecodeFailure) in
            #expect(fields.kind(0) == .array)
        }
        try project(Array(" null ".utf8), JSONProjection(paths: [[]])) { fields throws(DecodeFailure) in
            #expect(fields.kind(0) == .null)
        }
    }

    @Test func `what follows a document in memory is not read as part of it`() throws {
        let bytes = Array("[1234567]".utf8)
        unsafe bytes.withUnsafeBytes { whole in
            unsafe JSONParser.withPadding(whole) { padded in
                for end in 1..<bytes.count {
                    let cut = unsafe UnsafeRawBufferPointer(rebasing: padded[..<end])
                    #expect(throws: DecodeFailure.self) { try unsafe JSONParser().tree(cut) }
                    guard end > 1 else { continue }
                    let number = unsafe UnsafeRawBufferPointer(rebasing: padded[1..<end])
                    let read = try? unsafe JSONParser().tree(number)
                    #expect(read?.integer == Int64(String(decoding: bytes[1..<end], as: UTF8.self)))
                }
            }
        }
    }

    @Test func `one parser reads small and large documents in turn`() throws {
        let parser = JSONParser()
        let projection = JSONProjection("a", "b")
        for size in [10, 100_000, 20, 5_000, 1_000_000, 1] {
            let (skipped, text) = (String(repeating: "1,", count: size), String(repeating: "é\\n", count: size))
            let bytes = Array(#"{"skip":[\#(skipped)1],"a":"\#(text)"}"#.utf8)
            let length = try project(bytes, projection, with: parser) { fields throws(DecodeFailure) in
                unsafe fields.withString(0) { $0.count }
            }
            #expect(length == size * 3)
        }
    }
}
