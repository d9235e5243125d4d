internal import StreamCore
internal import StreamTesting
internal import Testing
internal import TestServers

/// For the same tables and statements our records are those that Debezium's own connector wrote.
@Suite(.enabled(if: PostgresServer.missing == nil), .serialized) struct ConformanceTests {
    private static let tables = ["audit_logs", "composite_key", "every_type", "loads", "loads_full", "no_key"]

    private static let forms: [String: [String: String]] = [
        "plain": ["transactions": "true"],
        "schema": ["transactions": "true", "schemas": "true"],
        "variant": ["decimals": "string", "times": "connect", "intervals-as-text": "true", "tombstones": "false"],
    ]

    @Test(arguments: ["plain", "schema", "variant"])
    func `records are Debezium's, in keys, values and headers`(_ form: String) async throws {
        var settings = Self.forms[form] ?? [:]
        settings["prefix"] = form
        let captured = try Captured(Self.tables, after: Recording.text("tables.sql"), settings: settings)
        let depot = try await captured.depot()
        try await eventually("the tables have been read") {
            try depot.records(of: "loads").count == 1 && depot.records(of: "loads_full").count == 1
        }
        try captured.run(try Recording.text("changes.sql"))
        try await compare(depot, try Recording(form, prefix: form))
        await depot.stop()
        try captured.drop()
    }

    private static let moreTables = ["by_index", "key_order", "large", "more_types", "required", "whole_rows"]

    private static let moreForms: [String: [String: String]] = [
        "types": ["schemas": "true"],
        "types_numbers": [
            "decimals": "double", "times": "adaptive_time_microseconds", "binary": "hex", "hstore-as-map": "true",
            "intervals-as-text": "true",
        ],
        "types_iso": ["decimals": "string", "times": "isostring", "binary": "base64"],
    ]

    @Test(arguments: ["types", "types_numbers", "types_iso"])
    func `so they are for more types, identities and changes of tables`(_ form: String) async throws {
        var settings = Self.moreForms[form] ?? [:]
        for (name, value) in ["prefix": form, "transactions": "true", "messages": "true", "truncates": "true"] { settings[name] = value }
        let captured = try Captured(Self.moreTables, after: Recording.text("types.sql"), settings: settings)
        let depot = try await captured.depot()
        try await eventually("the tables have been read") { try depot.records(of: "whole_rows").count == 3 }
        try captured.run(try Recording.text("types-changes.sql"))
        try await compare(depot, try Recording(form, prefix: form))
        await depot.stop()
        try captured.drop()
    }

    private func compare(_ depot: Depot, _ recording: Recording) async throws {
        for (topic, expected) in recording.topics.sorted(by: { $0.key < $1.key }) {
            let name = ["transaction": "transactions", "message": "messages"][topic] ?? topic
            try await eventually("\(topic) has \(expected.count) records", within: .seconds(20)) {
                try depot.records(of: name).count >= expected.count
            }
            var (records, expected) = (try depot.records(of: name).map { PlainRecord($0) }.byKey, expected.byKey)
            // Without their numbers transactions have no order.
            if topic == "transaction" {
                records.sort { $0.value ?? "" < $1.value ?? "" }
                expected.sort { $0.value ?? "" < $1.value ?? "" }
            }
            #expect(records.count == expected.count, "\(topic)")
            for (ours, theirs) in zip(records, expected) { #expect(ours == theirs, "\(topic)") }
        }
    }
}
