import Foundation
import StreamCore
import Testing

@Suite struct PublishingTests {
    @Test func `values are keyed by the field that their topic declares`() async throws {
        try await Site.with { (site: Site) async throws in
            let lines = (0..<20).map { #"{"id":\#($0),"user_id":"same"}"# }.joined(separator: "\n")
            let answer = try await site.ask("POST", "/ops/topics/audit/records?format=values", lines).json
            #expect(answer["count"] == 20)
            #expect(answer["offsets"]?.array?.count == 1)
            #expect(try await site.lines("/ops/topics/audit/records").allSatisfy { $0["key"] == "same" })
        }
    }

    @Test func `a record keeps its key, headers and timestamp, and a value that is JSON comes back as it was written`() async throws {
        try await Site.with { (site: Site) async throws in
            let line =
                #"{"key":"k","value":{"amount":1.50,"n":12345678901234567890},"headers":{"h":"v"},"timestamp":"2026-01-01T00:00:00Z"}"#
            _ = try await site.ask("POST", "/ops/topics/plain/records", line)
            let text = try await site.ask("GET", "/ops/topics/plain/records").text
            #expect(
                text == #"{"topic":"plain","partition":0,"offset":0,"timestamp":"2026-01-01T00:00:00Z","key":"k","#
                    + #""value":{"amount":1.50,"n":12345678901234567890},"headers":{"h":"v"}}"# + "\n")
        }
    }

    @Test func `what was read can be published again and is the same`() async throws {
        try await Site.with { (site: Site) async throws in
            let bytes = Data([0xff, 0x00]).base64EncodedString()
            let lines = #"{"value":null,"key":"gone"}"# + "\n" + #"{"value":"words, not JSON"}"# + "\n" + #"{"value_base64":"\#(bytes)"}"#
            _ = try await site.ask("POST", "/ops/topics/plain/records", lines)
            let first = try await site.ask("GET", "/ops/topics/plain/records").text
            _ = try await site.ask("POST", "/ops/topics/plain/records", first)
            let all = try await site.lines("/ops/topics/plain/records")
            #expect(all.count == 6)
            for index in 0..<3 {
                for member in ["key", "value", "value_base64", "timestamp"] { #expect(all[index][member] == all[index + 3][member]) }
            }
            #expect(all[0]["value"] == .null)
            #expect(all[2]["value_base64"]?.string == bytes)
        }
    }

    @Test func `a bad line refuses the whole request and names itself`() async throws {
        try await Site.with { (site: Site) async throws in
            let answer = try await site.ask("POST", "/ops/topics/plain/records?first-line=101", "{\"value\":1}\n\n{\"valu\":2}\n")
            #expect(answer.status == 422)
            #expect(answer.message.hasPrefix("line 103: no member `value`"))
            #expect(try await site.lines("/ops/topics/plain/records").isEmpty)
        }
    }

    @Test(arguments: [
        (#"{"value":1,"timestamp":"yesterday"}"#, "`timestamp` is no instant"),
        (#"{"value":1,"headers":[1]}"#, "`headers` takes an object"),
        (#"{"value":1,"key":{}}"#, "`key` takes a text"), ("{", "not JSON"),
    ])
    func `each kind of bad line says what is wrong`(line: String, reason: String) async throws {
        try await Site.with { (site: Site) async throws in
            let answer = try await site.ask("POST", "/ops/topics/plain/records", line)
            #expect(answer.status == 422)
            #expect(answer.message.contains(reason))
        }
    }

    @Test func `a topic that is not there, and one that is a job's own, are refused`() async throws {
        try await Site.with { (site: Site) async throws in
            let unknown = try await site.ask("POST", "/ops/topics/plan/records", #"{"value":1}"#)
            #expect(unknown.status == 404)
            #expect(unknown.message.contains("did you mean plain?"))
            let own = try await site.ask("POST", "/ops/topics/audit-anomaly.users.changelog/records", #"{"value":1}"#)
            #expect(own.status == 409)
        }
    }
}
