import Foundation
import Freight
import StreamCore
import Testing
import Wire

/// What Debezium's own connector wrote, line by line.
struct ConnectorRecordingTests {
    struct Line: CustomStringConvertible {
        let topic: String
        let table: String
        let value: String?
        let document: JSON?
        var description: String { topic }

        var change: JSON? { document.map { $0["payload"] ?? $0 } }
    }

    @Test(arguments: ["plain", "schema", "variant"])
    func `an audit row is an audit record`(_ file: String) throws {
        let rows = try lines(file).filter { $0.table == "audit_logs" }
        #expect(rows.count == 1)
        for line in rows {
            #expect(
                try decoded(line.value, AuditColumns(time: "at"))
                    == AuditRecord(
                        id: "0c000000-0000-4000-8000-000000000001", userID: "u-1",
                        time: EventTime(microseconds: 1_767_323_045_000_000)))
        }
    }

    @Test(arguments: ["plain", "schema", "variant"])
    func `every change of a table is read, says nothing, or is refused by name`(_ file: String) throws {
        for line in try lines(file) where line.table != "transaction" {
            let operation = line.change?["op"]?.string
            guard operation == "c" || operation == "r" else {
                #expect(try decoded(line.value) == nil, "\(line)")
                continue
            }
            let row = try #require(line.change?["after"])
            if let id = row["id"], row["created_at"]?.integer != nil {
                let record = try #require(try decoded(line.value))
                #expect(record.id == EntityID(id.string ?? id.description))
                #expect(record.time.milliseconds == 1_767_323_045_678)
            } else {
                let reason = try #require(refusal(line.value ?? ""))
                #expect(reason.contains(row["id"] == nil ? "id is missing" : "created_at is missing"), "\(line): \(reason)")
            }
        }
    }

    @Test(arguments: ["c_timestamp", "c_timestamp_0", "c_timestamp_3", "c_timestamptz"], ["plain", "schema", "variant"])
    func `every time mode gives the same second`(_ column: String, _ file: String) throws {
        let rows = try lines(file).filter { $0.table == "every_type" && $0.change?["after"]?["id"] == 100 }
        #expect(rows.count == 1)
        for line in rows {
            let time = try #require(try decoded(line.value, AuditColumns(user: "c_uuid", time: column))).time
            let second: Int64 = column == "c_timestamptz" ? 1_772_277_255 : 1_772_284_455
            #expect(time.milliseconds / 1_000 == second, "\(time)")
        }
    }

    @Test(arguments: ["c_timestamp", "c_timestamptz"], ["plain", "schema", "variant"])
    func `an infinite time is refused`(_ column: String, _ file: String) throws {
        for line in try lines(file) where line.change?["after"]?["id"] == 101 {
            #expect(throws: DecodeFailure.self) { try decoded(line.value, AuditColumns(time: column)) }
        }
    }

    private func lines(_ file: String) throws -> [Line] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let bytes = Array(try Data(contentsOf: root.appending(path: "Corpora/debezium/\(file).ndjson")))
        let lines = try bytes.split(separator: 10).map { bytes in
            let line = try JSON(parsing: Array(bytes))
            let topic = try #require(line["topic"]?.string)
            let value = line["value"]?.string
            return Line(
                topic: topic, table: String(topic.split(separator: ".").last ?? ""), value: value, document: try value.map { try JSON(parsing: $0) })
        }
        #expect(lines.count > 20)
        return lines
    }
}
