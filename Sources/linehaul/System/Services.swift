internal import Dispatch
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import Foundation
internal import HTTPServer
internal import Inspection
internal import RocksDBState
internal import ServiceLifecycle
internal import StreamCore
internal import StructuredLog

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

/// The listener, with inspection behind it.
final class ListenerService: Service {
    let name = "listener"
    private let inspection: Inspection
    private let listener: HTTPListener
    private let gate = StopGate()
    /// How long requests in flight may take once a stop is asked for.
    private static let grace = Duration.seconds(5)

    /// Listens from here on, so that an address that is taken is known before anything else begins.
    init(_ settings: HTTPServerSettings, _ inspection: Inspection, _ guardian: Guardian) throws(HTTPFailure) {
        self.inspection = inspection
        listener = try HTTPListener(settings: settings) { request, reply in
            if let refusal = guardian.refusal(of: request) {
                reply.send(refusal)
            } else {
                Task { await inspection.serve(request, reply) }
            }
        }
    }

    var port: Int { listener.port }

    func run() async {
        await gate.wait()
        listener.stop(within: ListenerService.grace)
        inspection.stop()
    }

    func stop() { gate.open() }
}

/// The engine with its jobs.
struct EngineService: Service {
    let name = "engine"
    let engine: Engine
    let begin: @Sendable () async throws -> Void
    private let gate = StopGate()

    /// `begin` deploys what runs from the start.
    init(_ engine: Engine, begin: @escaping @Sendable () async throws -> Void) {
        self.engine = engine
        self.begin = begin
    }

    func start() async throws {
        do {
            try await begin()
        } catch {
            await engine.stop()
            throw error
        }
    }

    func run() async {
        async let turns: Void = engine.serve()
        await gate.wait()
        await engine.stop()
        await turns
    }

    func stop() { gate.open() }
}
