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
import Testing

/// Two processes that share one log: each with an engine, an inspection and an address of its own.
final class ClusterSite: Sendable {
    /// One of the processes.
    final class Process: Sendable {
        let instance: String
        let engine: Engine
        let watch: LogWatch
        let listener: HTTPListener
        private let entrance: Entrance
        private let session = HTTPSession()

        /// What comes in, let through to whom it is for; what is asked of this process alone is counted.
        final class Entrance: Sendable {
            let inspection = Mutex<Inspection?>(nil)
            let token = Mutex("")
            let asked = Mutex(0)
        }

        init(_ instance: String, _ log: AddressedLog, _ addresses: AddressedLog.Addresses, _ directory: String) throws {
            self.instance = instance
            let entrance = Entrance()
            self.entrance = entrance
            listener = try HTTPListener(settings: HTTPServerSettings(port: 0)) { request, reply in
                if request.query["scope"] == "local" { entrance.asked.withLock { $0 += 1 } }
                let token = entrance.token.withLock { $0 }
                if !token.isEmpty, request.headers["Authorization"] != "Bearer \(token)" {
                    reply.send(.refusal(401, code: "UNAUTHORIZED", "no"))
                } else if let inspection = entrance.inspection.withLock({ $0 }) {
                    Task { await inspection.serve(request, reply) }
                }
            }
            addresses[instance] = "127.0.0.1:\(listener.port)"
            var settings = EngineSettings()
            settings.instance = instance
            let metrics = MetricsRegistry()
            engine = Engine(
                log: log, state: MemoryBackend(), settings: settings,
                logger: Logger(LogOutput(format: .text, clock: { "" }, sink: { _ in }), level: .error), metrics: metrics, clock: Site.clock)
            watch = LogWatch(log, clock: Site.clock)
            let inspection = Inspection(
                engine: engine, log: log, savepoints: SavepointFolder(directory + "-savepoints-\(instance)"), host: FolderKeeper(),
                metrics: metrics,
                process: Inspection.Process(
                    version: "test", startedAt: Site.clock(), clock: Site.clock, makeID: { "made-up" },
                    figures: { SystemFigures(processor: 0, memory: 1, diskFree: 2) }, dependencies: { [] }),
                watch: watch, fellows: Fellows(instance: instance, address: addresses[instance], watch: watch))
            entrance.inspection.withLock { $0 = inspection }
        }

        /// How often it was asked for its own part.
        var asked: Int { entrance.asked.withLock { $0 } }
        func need(token: String) { entrance.token.withLock { $0 = token } }

        func ask(_ method: String, _ path: String, _ body: String? = nil, token: String? = nil) async throws -> Answer {
            let headers = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
            let request = HTTPClientRequest(
                method, "http://127.0.0.1:\(listener.port)\(path)", headers: headers, body: body.map { Array($0.utf8) })
            return Answer(response: try await waiting { [session] in try session.send(request) })
        }

        /// Asks until the answer is as it is to become; gives up after many tries.
        func ask(_ path: String, until isRight: (JSON) -> Bool) async throws -> JSON {
            var last = JSON.null
            for _ in 0..<20_000 {
                last = try await ask("GET", path).json
                if isRight(last) { return last }
                await Task.yield()
            }
            Issue.record("\(path) never became what it should: \(last)")
            return last
        }
    }

    let processes: [Process]
    let shared: SharedLog
    let addresses = AddressedLog.Addresses()
    private let log: EmbeddedLog
    private let directory: String

    private init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-cluster-\(UUID().uuidString)").path
        log = try EmbeddedLog(directory: directory, clock: Site.clock)
        _ = try log.ensure([
            TopicSpec("audit", partitions: 2, key: "user_id"), TopicSpec("anomalies", partitions: 1), TopicSpec("late", partitions: 1),
        ])
        let shared = SharedLog(log)
        self.shared = shared
        let (addresses, directory) = (addresses, directory)
        processes = try ["one", "two"].map { try Process($0, AddressedLog(shared.member($0), addresses), addresses, directory) }
    }

    /// Runs `work` with the anomaly job's two tasks shared out, one to each process, then stops everything in order.
    static func with(sharing: Bool = true, _ work: (ClusterSite, _ one: Process, _ two: Process) async throws -> Void) async throws {
        let site = try ClusterSite()
        let serving = site.processes.map { process in Task { await process.engine.serve() } }
        do {
            for process in site.processes { try await process.engine.deploy(try Site.anomalies()) }
            if sharing {
                try site.shared.balance()
                for process in site.processes {
                    _ = try await process.ask("/ops/jobs?scope=local") { $0["jobs"]?.array?.first?["state"] == "RUNNING" }
                }
            }
            site.look()
            try await work(site, site.processes[0], site.processes[1])
        } catch {
            await site.stop(serving)
            throw error
        }
        await site.stop(serving)
    }

    /// Has every process look who there is.
    func look() { for process in processes { _ = process.watch.look() } }

    private func stop(_ serving: [Task<Void, Never>]) async {
        for process in processes {
            process.listener.stop(within: .seconds(5))
            await process.engine.stop()
        }
        for task in serving { await task.value }
        log.close()
        for suffix in ["", "-savepoints-one", "-savepoints-two"] { try? FileManager.default.removeItem(atPath: directory + suffix) }
    }
}
