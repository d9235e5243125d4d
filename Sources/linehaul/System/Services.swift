internal import Dispatch
internal import EventLog
internal import Execution
internal import Foundation
internal import HTTPServer
internal import Inspection
internal import RocksDBState
internal import ServiceLifecycle
internal import StreamCore
internal import StructuredLog
internal import Synchronization

/// The log and the state. Started first, so it ends last: everything else is done with it by then.
struct StoreService: Service {
    let name = "store"
    let store: Store
    private let gate = StopGate()

    init(_ store: Store) { self.store = store }

    func run() async {
        await gate.wait()
        store.log.close()
    }

    func stop() { gate.open() }
}

/// The listener, with inspection and the API behind it. The last service of a system, so the first to be stopped: as long as it has requests
/// to answer, everything that answers them works as ever, and clients that come later are refused and go to another process.
final class ListenerService: Service {
    let name = "listener"
    private let entrance: Entrance
    private let listener: HTTPListener
    private let gate = StopGate()
    /// How long requests in flight may take once a stop is asked for: as long as a client of the API waits for an answer.
    private static let grace = Duration.seconds(10)

    /// Listens from here on, so that an address that is taken is known before anything else begins, and the port before it is told others.
    /// A request that brings no id to be found again by gets one of `makeID`.
    init(_ settings: HTTPServerSettings, _ doorkeeper: Doorkeeper, makeID: @escaping @Sendable () -> String) throws(HTTPFailure) {
        let entrance = Entrance()
        self.entrance = entrance
        listener = try HTTPListener(settings: settings) { request, reply in
            let request = request.correlationID == nil ? request.with(HTTPRequest.correlation, makeID()) : request
            switch doorkeeper.judge(request) {
            case .refused(let refusal): reply.send(refusal)
            case .passes(let user): entrance.take(request, reply, by: user)
            }
        }
    }

    var port: Int { listener.port }

    /// Serves new connections with that certificate; where it cannot be used, nothing changes.
    func renew(_ certificate: HTTPServerSettings.Certificate) throws(HTTPFailure) { try listener.renew(certificate: certificate) }

    /// Has requests answered by `inspection`, and those that are not about the process itself by who serves at `mount`.
    func open(_ inspection: Inspection, _ mount: HTTPMount) { entrance.open(inspection, mount) }

    func run() async {
        await gate.wait()
        listener.stop(within: ListenerService.grace)
        entrance.stop()
    }

    func stop() { gate.open() }
}

/// Where requests come in: before there is who could answer them, they are told to wait.
private final class Entrance: Sendable {
    private let opened = Mutex<(inspection: Inspection, mount: HTTPMount)?>(nil)
    /// What is asked of the process itself, at the root or under the API's path.
    private static let own: Set = ["ops", "health", "metrics"]

    func open(_ inspection: Inspection, _ mount: HTTPMount) { opened.withLock { $0 = (inspection, mount) } }

    func take(_ request: HTTPRequest, _ reply: HTTPReply, by user: String?) {
        if let (inspection, mount) = opened.withLock({ $0 }) {
            if Entrance.isOwn(request.segments) {
                Task { await inspection.serve(request, reply, by: user) }
            } else if !mount.take(request, reply) {
                reply.send(
                    .refusal(
                        503, code: "UNAVAILABLE",
                        "the API is not served here at the moment: the job gateway starts, is paused, or is not deployed; see /ops/jobs/gateway",
                        correlation: request.correlationID
                    ))
            }
        } else if request.path == "/health/live" {
            reply.send(.json(["starting"]))
        } else {
            reply.send(
                .refusal(503, code: "STARTING", "the process is starting; ask again in a moment", correlation: request.correlationID))
        }
    }

    private static func isOwn(_ segments: [String]) -> Bool {
        guard let first = segments.first else { return false }
        return first == "api" ? segments.count > 1 && segments[1] == "health" : own.contains(first)
    }

    func stop() { opened.withLock { $0 }?.inspection.stop() }
}

/// The engine with its jobs.
final class EngineService: Service {
    /// Whether the jobs could be deployed.
    enum Beginning: Sendable {
        case done
        /// What they need is not there yet.
        case waits
    }

    let name = "engine"
    private let engine: Engine
    private let begin: @Sendable () async throws -> Beginning
    private let hasBegun = Atomic<Bool>(false)
    private let gate = StopGate()
    /// How long to wait before what was not there is asked for again.
    private static let pause = Duration.seconds(1)

    /// `begin` deploys what runs from the start; it is called again until it is done.
    init(_ engine: Engine, begin: @escaping @Sendable () async throws -> Beginning) {
        self.engine = engine
        self.begin = begin
    }

    func start() async throws { try await attempt() }

    func run() async throws {
        async let turns: Void = engine.serve()
        while !hasBegun.load(ordering: .acquiring) {
            if await gate.wait(upTo: EngineService.pause) { break }
            try await attempt()
        }
        await gate.wait()
        await engine.stop()
        await turns
    }

    func stop() { gate.open() }

    private func attempt() async throws {
        do {
            if case .done = try await begin() { hasBegun.store(true, ordering: .releasing) }
        } catch {
            await engine.stop()
            throw error
        }
    }
}
