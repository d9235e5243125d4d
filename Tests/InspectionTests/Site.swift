import AuditAnomaly
import Dataflow
import EmbeddedLog
import EventLog
import Execution
import Foundation
import HTTPClient
import HTTPServer
import Inspection
import KeyedState
import Metrics
import Savepoints
import StreamCore
import StreamTesting
import StructuredLog
import Synchronization
import Topology
import Wire

/// A running system for one test: a log in a directory of its own, an engine with the anomaly job, and inspection at a free port.
final class Site: Sendable {
    let log: EmbeddedLog
    let engine: Engine
    let host = FolderKeeper()
    private let directory: String
    private let inspection: Inspection
    private let listener: HTTPListener
    private let session = HTTPSession()

    static let clock: @Sendable () -> EventTime = { EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }

    /// `isLate`: what reads the log is lent one that fetches in the background, as one on other machines does.
    init(isLate: Bool = false) async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-site-\(UUID().uuidString)").path
        log = try EmbeddedLog(directory: directory, clock: Site.clock)
        _ = try log.ensure([
            TopicSpec("audit", partitions: 2, key: "user_id"), TopicSpec("anomalies", partitions: 1), TopicSpec("late", partitions: 1),
            TopicSpec("plain", partitions: 1),
        ])
        let metrics = MetricsRegistry()
        let logger = Logger(LogOutput(format: .text, clock: { "" }, sink: { _ in }), level: .error)
        engine = Engine(log: log, state: MemoryBackend(), settings: EngineSettings(), logger: logger, metrics: metrics, clock: Site.clock)
        let inspection = Inspection(
            engine: engine, log: isLate ? LateLog(log) : log, savepoints: SavepointFolder(directory + "-savepoints"), host: host,
            metrics: metrics,
            process: Inspection.Process(
                version: "test", startedAt: Site.clock(), clock: Site.clock, makeID: { "made-up" },
                figures: { SystemFigures(processor: 0.5, memory: 1, diskFree: 2) },
                dependencies: { [Dependency("postgres", .notConfigured)] }))
        self.inspection = inspection
        listener = try HTTPListener(settings: HTTPServerSettings(port: 0)) { request, reply in
            Task { await inspection.serve(request, reply) }
        }
        try await engine.deploy(try Site.anomalies())
    }

    static func anomalies() throws -> JobDeployment {
        // Time goes on while nothing arrives: on a machine that is held up, users would be forgotten before they are looked at.
        var reader = SettingsReader(texts: ["cool-down": "1d"])
        let job = try AuditAnomaly(settings: &reader)
        var settings = InletSettings()
        settings.idleAfter = EventTime.Span(microseconds: 100_000)
        return JobDeployment(
            job: job,
            bindings: JobBindings(
                inlets: ["audit": .init(.init("audit", partitions: 2, key: "user_id"), settings: settings)],
                outlets: ["anomalies": .init("anomalies", partitions: 1), "late": .init("late", partitions: 1)]),
            fingerprint: "test")
    }

    /// Runs `work`, then stops everything in order.
    static func with(isLate: Bool = false, _ work: (Site) async throws -> Void) async throws {
        let site = try await Site(isLate: isLate)
        do {
            try await work(site)
        } catch {
            await site.stop()
            throw error
        }
        await site.stop()
    }

    private func stop() async {
        listener.stop(within: .seconds(5))
        inspection.stop()
        await engine.stop()
        log.close()
        try? FileManager.default.removeItem(atPath: directory)
        try? FileManager.default.removeItem(atPath: directory + "-savepoints")
    }

    /// An answer's status and its body as JSON.
    func ask(_ method: String, _ path: String, _ body: String? = nil, headers: [(name: String, value: String)] = []) async throws -> Answer
    {
        let request = HTTPClientRequest(
            method, "http://127.0.0.1:\(listener.port)\(path)", headers: headers, body: body.map { Array($0.utf8) })
        return Answer(response: try await waiting { [session] in try session.send(request) })
    }

    /// The lines that a stream gives until it ends.
    func lines(_ path: String) async throws -> [JSON] {
        var request = HTTPClientRequest("GET", "http://127.0.0.1:\(listener.port)\(path)")
        request.totalTimeout = .seconds(30)
        let (bytes, status) = try await waiting { [session, request] in
            var bytes: [UInt8] = []
            let response = try session.stream(request) { piece in
                bytes += piece
                return true
            }
            return (bytes, response.status)
        }
        guard status == 200 else { throw UnexpectedStatus(status) }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: Array($0)) }
    }
}

/// Does what waits on a thread of its own: the pool is what answers.
func waiting<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}

/// What a request was answered with.
struct Answer {
    let response: HTTPClientResponse
    var status: Int { response.status }
    var json: JSON { (try? JSON(parsing: response.body)) ?? .null }
    var text: String { String(decoding: response.body, as: UTF8.self) }
    var code: String? { json["error"]?["code"]?.string }
    var message: String { json["error"]?["message"]?.string ?? "" }
}

struct UnexpectedStatus: Error {
    let status: Int
    init(_ status: Int) { self.status = status }
}

/// A host that keeps the folder it was given and runs nothing.
final class FolderKeeper: TopologyHost {
    private let kept = Mutex<TopologyFolder?>(nil)
    private let begun = Mutex(true)
    var hasBegun: Bool {
        get { begun.withLock { $0 } }
        set { begun.withLock { $0 = newValue } }
    }
    var folder: TopologyFolder? { kept.withLock { $0 } }
    func running() async -> JSON { ["nothing"] }
    func apply(_ folder: TopologyFolder) async throws(Refusal) -> JSON {
        kept.withLock { $0 = folder }
        if folder.files.keys.contains("bad.yaml") { throw Refusal(409, "STATE_WOULD_BE_LOST", "no") }
        return ["applied"]
    }
}
