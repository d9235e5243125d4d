import Foundation
import HTTPClient
import StreamCore
import StreamTesting
import Synchronization
import TestServers
import Testing
import Wire

/// Two processes on one Kafka that are restarted in turn, as their clients see it.
@Suite(.serialized, .enabled(if: KafkaServer.missing == nil && KafkaServer.elsewhere == nil, "needs a Kafka of its own"))
struct KafkaRollingRestartTests {
    @Test func `of a thousand requests during rolling restarts 999 are answered`() async throws {
        let server = try KafkaServer()
        defer { server.stop() }
        let folder = try Scratch()
        let topology = try folder.topology()
        let needed: Set = ["cluster.yaml", "topics.yaml", "network.ndjson", "gateway.yaml", "status-transitions.yaml"]
        for file in try FileManager.default.contentsOfDirectory(atPath: topology) where !needed.contains(file) {
            try FileManager.default.removeItem(atPath: "\(topology)/\(file)")
        }
        let environment = ["LINEHAUL_LOG": "kafka", "LINEHAUL_KAFKA": server.bootstrap, "LINEHAUL_AUTH": "off"]
        let homes = [try Scratch(), try Scratch()]
        func start(_ number: Int) throws -> RunningProcess { try RunningProcess(homes[number], [topology], environment: environment) }
        var processes = [try start(0), try start(1)]
        let clients = Clients(processes.map(\.url))
        for process in processes { try await clients.ready(process.url) }
        clients.begin(4)
        var restarts = 0
        while restarts < 6 || clients.tally.asked < 1_000 {
            let number = restarts % 2
            #expect(processes[number].end(SIGTERM) == 0)
            processes[number] = try start(number)
            try await clients.ready(processes[number].url)
            clients.aim(at: processes[number].url, number)
            restarts += 1
        }
        let tally = clients.end()
        print("rolling restarts: \(restarts); \(tally)")
        #expect(tally.asked >= 1_000)
        #expect(Double(tally.answered) >= 0.999 * Double(tally.asked), "\(tally)")
    }
}

/// Clients of two processes, which try the other one where nothing listens and nothing else again: they make carriers, read them, and ask
/// for the state behind them.
private final class Clients: Sendable {
    /// What became of the requests.
    struct Tally: CustomStringConvertible {
        var asked = 0
        var answered = 0
        var slowest = Duration.zero
        var failures: [String] = []

        var description: String {
            "\(answered) of \(asked) requests answered, the slowest after \(slowest)" + failures.prefix(20).map { "\n  \($0)" }.joined()
        }
    }

    private struct State {
        var urls: [String]
        var made: [String] = []
        var isEnded = false
        var running = 0
        var tally = Tally()
    }

    private let state: Mutex<State>
    private let session = HTTPSession()

    init(_ urls: [String]) { state = Mutex(State(urls: urls)) }

    var tally: Tally { state.withLock { $0.tally } }

    /// Asks there from now on, where that process was asked before.
    func aim(at url: String, _ process: Int) { state.withLock { $0.urls[process] = url } }

    /// Returns when that process says that it may be asked, and every task runs: before that nobody restarts another.
    func ready(_ url: String) async throws {
        try await eventually("\(url) is ready") { (try? send("GET", "\(url)/health/ready"))?.status == 200 }
        try await eventually("every task runs") {
            guard let body = try? send("GET", "\(url)/ops/jobs").body, let jobs = try? JSON(parsing: body)["jobs"]?.array else {
                return false
            }
            return jobs.count == 2 && jobs.allSatisfy { $0["state"]?.string == "RUNNING" }
        }
    }

    /// Lets so many clients ask one request after another.
    func begin(_ count: Int) {
        state.withLock { $0.running = count }
        for number in 0..<count {
            Thread { [self] in
                var turn = number
                while !state.withLock({ $0.isEnded }) {
                    ask(turn, by: number)
                    turn += 1
                }
                state.withLock { $0.running -= 1 }
            }
            .start()
        }
    }

    /// Ends them, each after its answer.
    func end() -> Tally {
        state.withLock { $0.isEnded = true }
        while state.withLock({ $0.running > 0 }) { usleep(1_000) }
        return tally
    }

    private func ask(_ turn: Int, by client: Int) {
        // One that was made a while ago: it is read at its maker at once, and elsewhere a moment later.
        let (urls, made) = state.withLock { ($0.urls, $0.made.dropLast(8).last) }
        let began = ContinuousClock.now
        var failure: String?
        for attempt in 0...1 {
            let url = urls[(turn + attempt) % 2]
            do {
                switch (turn / 4 % 3, made) {
                case (1, let id?): failure = try problem(send("GET", "\(url)/api/carriers/\(id)"), 200)
                case (2, let id?): failure = try problem(send("GET", "\(url)/ops/jobs/status-transitions/state/carriers/\(id)"), 200)
                default:
                    let answer = try send("POST", "\(url)/api/carriers", .object(["name": .string("Carrier \(client)-\(turn)")]))
                    failure = problem(answer, 201)
                    if let id = try? JSON(parsing: answer.body)["id"]?.string { state.withLock { $0.made.append(id) } }
                }
                break
            } catch let problem as HTTPClientFailure {
                failure = problem.reason
                if problem.kind != .unreachable { break }
            } catch {
                failure = "\(error)"
            }
        }
        let took = ContinuousClock.now - began
        state.withLock { state in
            state.tally.asked += 1
            state.tally.slowest = max(state.tally.slowest, took)
            if let failure { state.tally.failures.append("\(failure), after \(took)") } else { state.tally.answered += 1 }
        }
    }

    private func problem(_ answer: HTTPClientResponse, _ wanted: Int) -> String? {
        answer.status == wanted ? nil : "\(answer.status): \(String(decoding: answer.body, as: UTF8.self))"
    }

    private func send(_ method: String, _ url: String, _ body: JSON? = nil) throws -> HTTPClientResponse {
        try session.send(HTTPClientRequest(method, url, headers: [("Content-Type", "application/json")], body: body?.compact))
    }
}
