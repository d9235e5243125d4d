internal import Foundation
internal import StreamCore
internal import Synchronization

/// One life of the tortured process: the real binary, from its start to its end.
final class Subject {
    private let process = Process()
    private let started = ContinuousClock.now
    private let greeting: Greeting
    private var known: End?

    /// How a life ended.
    enum End: Equatable {
        case killed
        case drained
        case failed(Int32)
    }

    /// Starts it. `onServing` is told the address as soon as it serves, on a thread of its own.
    init(_ binary: String, _ deployment: Deployment, fault: String?, onServing: @escaping @Sendable (String) -> Void = { _ in }) throws {
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = ["run", deployment.topology]
        // What a crash leaves is read in the journal; a process that takes minutes to print its threads has not ended.
        var environment = ["PATH": "/usr/bin:/bin", "LINEHAUL_AUTH": "off", "SWIFT_BACKTRACE": "enable=no"]
        environment["LINEHAUL_FAULT"] = fault
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try Subject.appending(to: deployment.journal)
        greeting = Greeting()
        try process.run()
        let (greeting, start) = (greeting, started)
        let reading = output.fileHandleForReading
        let thread = Thread {
            var text = ""
            while true {
                let data = reading.availableData
                if data.isEmpty { break }
                text += String(decoding: data, as: UTF8.self)
                guard text.contains("\n"), let address = Subject.address(in: text) else { continue }
                if greeting.heard(address, after: ContinuousClock.now - start) { onServing(address) }
            }
            greeting.ended()
        }
        thread.start()
    }

    /// Two processes may write there at once, one of which is only told that the directory is held: neither writes over the other's lines.
    private static func appending(to path: String) throws -> FileHandle {
        let file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        if file < 0 { throw Trouble("opening \(path): \(unsafe String(cString: strerror(errno)))") }
        return FileHandle(fileDescriptor: file, closeOnDealloc: true)
    }

    private static func address(in text: String) -> String? {
        guard let start = text.range(of: "http://") else { return nil }
        return String(text[start.lowerBound...].prefix { $0 != "," && $0 != "\n" })
    }

    /// Waits until it serves; how long that took, `nil` when it ended before.
    func waitServing(within limit: Duration) -> (address: String, took: Duration)? { greeting.wait(within: limit) }

    /// How long it has lived.
    var age: Duration { ContinuousClock.now - started }

    var isRunning: Bool { end == nil }

    /// Ends it as a crash does.
    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Takes its time away, or gives it back.
    func hold(_ isHeld: Bool) { Foundation.kill(process.processIdentifier, isHeld ? SIGSTOP : SIGCONT) }

    /// Tells it to stop.
    func terminate() { Foundation.kill(process.processIdentifier, SIGTERM) }

    /// Waits for its end; `nil` when it still runs at the limit.
    func waitEnd(within limit: Duration) -> End? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let end { return end }
            if ContinuousClock.now >= deadline { return nil }
            pause(.milliseconds(2))
        }
    }

    /// How it ended, asked of the system: `Process` hears of it late where a process that was started meanwhile holds its sockets.
    private var end: End? {
        if let known { return known }
        var found = unsafe siginfo_t()
        let asked = unsafe waitid(P_PID, id_t(process.processIdentifier), &found, WEXITED | WNOHANG | WNOWAIT)
        let child = unsafe found._sifields._sigchld.si_pid
        if asked != 0 || child == 0 {
            // Nobody's child any more: `Process` has taken it up.
            if asked == 0 || process.isRunning { return nil }
            let isKilled = process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
            known = isKilled ? .killed : process.terminationStatus == 0 ? .drained : .failed(process.terminationStatus)
            return known
        }
        let status = unsafe found._sifields._sigchld.si_status
        let isKilled = unsafe found.si_code == CLD_KILLED && status == SIGKILL
        known = isKilled ? .killed : status == 0 ? .drained : .failed(status)
        return known
    }
}

/// What the process said first, as soon as it has said it.
private final class Greeting: Sendable {
    private struct State {
        var heard: (address: String, took: Duration)?
        var hasEnded = false
    }
    private let state = Mutex(State())

    func heard(_ address: String, after took: Duration) -> Bool {
        state.withLock { state in
            defer { if state.heard == nil { state.heard = (address, took) } }
            return state.heard == nil
        }
    }

    func ended() { state.withLock { $0.hasEnded = true } }

    func wait(within limit: Duration) -> (address: String, took: Duration)? {
        let deadline = ContinuousClock.now + limit
        while true {
            let (heard, hasEnded) = state.withLock { ($0.heard, $0.hasEnded) }
            if let heard { return heard }
            if hasEnded || ContinuousClock.now >= deadline { return nil }
            pause(.milliseconds(1))
        }
    }
}

/// Waits: the torturer works by the clock on the wall.
func pause(_ span: Duration) {
    let (seconds, attoseconds) = span.components
    Thread.sleep(forTimeInterval: Double(seconds) + Double(attoseconds) * 1e-18)
}
