internal import ChangeCapture
internal import Dataflow
internal import Foundation
internal import PostgresClient
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import TestServers
internal import Wire

/// A database of a test's own and the capture of its tables.
struct Captured: Sendable {
    let server: PostgresServer
    let uri: String
    /// Stands between the capture and the server.
    let between: Interposer?
    let job: ChangeCapture
    /// The slot's name.
    let slot: String
    let bindings: JobBindings

    /// The tables that are there after `sql`.
    init(
        _ tables: [String], after sql: String, on server: PostgresServer? = nil, extensions: [String] = [],
        settings: [String: String] = [:]
    ) throws {
        self.server = try server ?? PostgresServer.shared()
        uri = try self.server.database(with: extensions)
        _ = try self.server.psql(sql, on: uri)
        // One that the test kills is reached as it is.
        between = server == nil ? self.server.port.map { Interposer(before: $0) } : nil
        var reached = uri
        if let between, let port = self.server.port { reached = uri.replacing(":\(port)/", with: ":\(between.port)/") }
        slot = "test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        var values = settings.mapValues { SettingValue(.scalar($0), at: "the test") }
        values["tables"] = SettingValue(.list(tables), at: "the test")
        values["slot"] = SettingValue(.scalar(slot), at: "the test")
        var reader = SettingsReader(values)
        job = try ChangeCapture(PostgresSettings(Secret(reached)), settings: &reader)
        bindings = try JobHarness.bindings(of: job, partitions: Depot.partitions)
    }

    /// Sessions past whatever stands between.
    var pool: PostgresPool {
        PostgresPool(PostgresSettings(Secret(uri)), limit: 1, clock: { EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) })
    }

    /// Runs the capture on an empty log.
    func depot() async throws -> Depot { try await Depot(job, bindings) }

    /// Runs statements, each its own transaction unless they say otherwise.
    func run(_ sql: String) throws { _ = try server.psql(sql, on: uri) }

    /// Ends what the server keeps for the test, and lets nobody reach it.
    func drop() throws {
        between?.refuse(true)
        _ = try server.psql(
            """
            SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE database = current_database() AND active;
            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()
            """, on: uri)
    }
}

/// A record without what differs from run to run: clocks, positions, transactions' numbers, the database's name.
struct PlainRecord: Hashable, CustomStringConvertible {
    let key: String?
    let value: String?
    let headers: [String]

    init(key: String?, value: String?, headers: [String]) {
        self.key = key.map(PlainRecord.plain)
        self.value = value.map(PlainRecord.plain)
        self.headers = headers.sorted()
    }

    init(_ record: Record) {
        self.init(
            key: record.key.map { String(decoding: $0, as: UTF8.self) }, value: record.value.map { String(decoding: $0, as: UTF8.self) },
            headers: record.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" })
    }

    private static func plain(_ text: String) -> String {
        var text = text
        for name in ["ts_ms", "ts_us", "ts_ns", "lsn", "txId"] {
            text = text.replacingOccurrences(of: "\"\(name)\":[0-9]+", with: "\"\(name)\":0", options: .regularExpression)
        }
        text = text.replacingOccurrences(of: #"\\"[0-9]+\\""#, with: "0", options: .regularExpression)
        text = text.replacingOccurrences(of: #""id":"[0-9]+:[0-9]+""#, with: "\"id\":\"0:0\"", options: .regularExpression)
        text = text.replacingOccurrences(of: #""d_now":"[^"]*""#, with: "\"d_now\":\"\"", options: .regularExpression)
        // Where bytes are text, Debezium gives NULL for those that a change leaves out, which is what it gives for NULL.
        text = text.replacingOccurrences(of: #""c_bytea":(null|"X19kZ[^"]*")"#, with: "\"c_bytea\":null", options: .regularExpression)
        return text.replacingOccurrences(of: #""db":"[^"]*""#, with: "\"db\":\"\"", options: .regularExpression)
    }

    var description: String { "\(key ?? "no key") \(headers.filter { !$0.contains("context") })\n\(value ?? "no value")" }
}

/// What Debezium's own connector wrote.
struct Recording {
    /// Its records by topic without prefix, those of each key in order.
    let topics: [String: [PlainRecord]]

    init(_ name: String, prefix: String) throws {
        var topics: [String: [PlainRecord]] = [:]
        for bytes in try Recording.file("\(name).ndjson").split(separator: 10) {
            let line = try JSON(parsing: Array(bytes))
            let topic = (line["topic"]?.string ?? "").replacing("\(prefix).public.", with: "").replacing("\(prefix).", with: "")
            let headers = (line["headers"]?.members ?? []).map { "\($0.name)=\($0.value.string ?? "")" }
            topics[topic, default: []].append(PlainRecord(key: line["key"]?.string, value: line["value"]?.string, headers: headers))
        }
        self.topics = topics
    }

    /// A file of the recordings.
    static func file(_ name: String) throws -> [UInt8] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: root.appending(path: "Corpora/debezium/\(name)")))
    }

    static func text(_ name: String) throws -> String { String(decoding: try file(name), as: UTF8.self) }
}

extension [PlainRecord] {
    /// By key, those of one key in order: what holds whatever the partitions.
    var byKey: [PlainRecord] {
        enumerated().sorted { ($0.element.key ?? "", $0.offset) < ($1.element.key ?? "", $1.offset) }.map(\.element)
    }
}
