import StreamCore
import Testing

@Suite struct SavepointRoutesTests {
    private func burst(_ site: Site, _ user: String, minute: String) async throws {
        let records = [1, 2].map { #"{"id":"\#(user)\#($0)","user_id":"\#(user)","created_at":"2026-01-01T00:\#(minute):00.\#($0)Z"}"# }
        let seen = try await site.ask("GET", "/ops/topics/anomalies").json["records"]?.integer ?? 0
        _ = try await site.ask("POST", "/ops/topics/audit/records?format=values", records.joined(separator: "\n"))
        _ = try await site.lines("/ops/topics/anomalies/records?follow&limit=\(seen + 1)")
    }

    @Test func `a savepoint is made, listed, compared with, restored and dropped`() async throws {
        try await Site.with { (site: Site) async throws in
            try await burst(site, "u1", minute: "00")
            let made = try await site.ask("POST", "/ops/savepoints/audit-anomaly", #"{"name":"one"}"#)
            #expect(made.status == 201)
            #expect(made.json["name"] == "one")
            #expect(made.json["tasks"] == 2)
            try await burst(site, "u2", minute: "05")
            let listed = try await site.ask("GET", "/ops/savepoints?job=audit-anomaly").json["savepoints"]?.array
            #expect(listed?.map { $0["name"] } == ["one"])
            #expect(listed?.first?["rows"] == made.json["rows"])
            let difference = try await site.ask("GET", "/ops/jobs/audit-anomaly/state/users/diff").json
            #expect(difference["from"] == "one")
            #expect(difference["added"] == 1)
            let row = difference["rows"]?.array?.first { $0["key"] == "u2" }
            #expect(row?["change"] == "ADDED")
            #expect(row?["after"] != nil)

            #expect(try await site.ask("POST", "/ops/savepoints/audit-anomaly/one/restore").status == 409)
            _ = try await site.ask("POST", "/ops/jobs/audit-anomaly/pause")
            let restored = try await site.ask("POST", "/ops/savepoints/audit-anomaly/one/restore?keep-positions")
            #expect(restored.status == 200)
            let left = try await site.ask("GET", "/ops/jobs/audit-anomaly/state/users").json["rows"]?.array
            #expect(left?.map { $0["key"] } == ["u1"])

            #expect(try await site.ask("DELETE", "/ops/savepoints/audit-anomaly/one").status == 200)
            #expect(try await site.ask("GET", "/ops/savepoints").json["savepoints"]?.array == [])
        }
    }

    @Test func `what cannot be is refused`() async throws {
        try await Site.with { (site: Site) async throws in
            #expect(try await site.ask("POST", "/ops/savepoints/audit-anomly").message.contains("did you mean audit-anomaly?"))
            #expect(try await site.ask("POST", "/ops/savepoints/audit-anomaly/none/restore").status == 404)
            #expect(try await site.ask("POST", "/ops/savepoints/audit-anomaly", #"{"name":7}"#).status == 422)
            #expect(try await site.ask("POST", "/ops/savepoints/audit-anomaly", #"{"name":"../x"}"#).status == 409)
            #expect(try await site.ask("GET", "/ops/jobs/audit-anomaly/state/users/diff").message.contains("savepoint create"))
        }
    }
}
