import ServiceLifecycle
import Synchronization

/// What happened in a test, in order, with a way to await it.
final class Journal: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: [(line: String, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    var lines: [String] { state.withLock { $0.lines } }

    func note(_ line: String) {
        let ready = state.withLock { state in
            state.lines.append(line)
            let ready = state.waiting.filter { $0.line == line }.map(\.1)
            state.waiting.removeAll { $0.line == line }
            return ready
        }
        for continuation in ready { continuation.resume() }
    }

    func awaits(_ line: String) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.lines.contains(line) { return true }
                state.waiting.append((line, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

struct Trouble: Error, CustomStringConvertible {
    let description: String
}

/// Suspends until the calling task is cancelled.
func untilCancelled() async {
    let (stream, _) = AsyncStream.makeStream(of: Void.self)
    for await _ in stream {}
}

/// A service that notes what is done to it.
struct Player: Service {
    enum Manner { case drains, ignoresStop, ends, fails, cannotStart }

    let name: String
    private let journal: Journal
    private let manner: Manner
    private let stops = AsyncStream.makeStream(of: Void.self)

    init(_ name: String, _ journal: Journal, _ manner: Manner = .drains) {
        self.name = name
        self.journal = journal
        self.manner = manner
    }

    func start() async throws {
        if manner == .cannotStart { throw Trouble(description: "address in use") }
        journal.note("\(name) up")
    }

    func run() async throws {
        switch manner {
        case .drains, .cannotStart:
            for await _ in stops.stream { break }
        case .ignoresStop:
            await untilCancelled()
            journal.note("\(name) cancelled")
            throw CancellationError()
        case .ends: break
        case .fails: throw Trouble(description: "disk full")
        }
        journal.note("\(name) down")
    }

    func stop() {
        journal.note("\(name) asked")
        stops.continuation.yield()
    }
}

/// A clock on which every wait is over at once, or none ever is; it reads no time.
struct ScriptedClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    let waitsAreOver: Bool
    var now: Instant { Instant(offset: .zero) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        if waitsAreOver { return }
        await untilCancelled()
        throw CancellationError()
    }
}

/// A trigger that the test pulls.
final class Hand: Sendable {
    private let handler = Mutex<(@Sendable (StopSignal) -> Void)?>(nil)

    var trigger: StopTrigger {
        StopTrigger { handler in
            self.handler.withLock { $0 = handler }
            return { self.handler.withLock { $0 = nil } }
        }
    }

    var isInstalled: Bool { handler.withLock { $0 != nil } }

    func send(_ signal: StopSignal) { handler.withLock { $0 }?(signal) }
}
