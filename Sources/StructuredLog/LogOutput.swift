public import Dispatch
internal import Synchronization

/// Where a process's log lines go: one for all its loggers.
///
/// Lines wait in memory, at most `capacity` bytes of them, and a queue of its own hands them to the sink in order. So a sink that
/// blocks (a pipe that nobody reads) delays no one who logs: lines that no longer fit are dropped, and a line says how many.
public final class LogOutput: Sendable {
    private struct State {
        var pending: [UInt8] = []
        var dropped = 0
        var isDraining = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "linehaul.log")
    private let format: LogFormat
    private let capacity: Int
    private let clock: @Sendable () -> String
    private let sink: @Sendable ([UInt8]) -> Void

    /// An output that writes `format`. `clock` gives the present as RFC 3339, once a line, on the thread that logs; `sink` gets one
    /// or several whole lines, from one thread at a time, and deals with its own failures.
    public init(
        format: LogFormat, capacity: Int = 1 << 20, clock: @escaping @Sendable () -> String, sink: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.format = format
        self.capacity = capacity
        self.clock = clock
        self.sink = sink
    }

    /// Returns when every line logged before has been handed to the sink, or when that has taken longer than `limit`: a sink that blocks
    /// holds up nobody's end. Called once, before the process exits.
    public func flush(within limit: DispatchTimeInterval = .seconds(2)) {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + limit)
    }

    func write(_ level: LogLevel, _ message: String, _ facts: [(LogKey, String)]) {
        let line = format.line(clock(), level, message, facts)
        state.withLock { state in
            guard state.pending.count + line.count <= capacity else {
                state.dropped += 1
                return
            }
            state.pending += line
            if state.isDraining { return }
            state.isDraining = true
            queue.async { self.drain() }
        }
    }

    private func drain() {
        while true {
            let (lines, dropped) = state.withLock { state in
                defer {
                    state.isDraining = !state.pending.isEmpty || state.dropped > 0
                    state.pending = []
                    state.dropped = 0
                }
                return (state.pending, state.dropped)
            }
            if lines.isEmpty, dropped == 0 { return }
            if !lines.isEmpty { sink(lines) }
            if dropped > 0 { sink(format.line(clock(), .warning, "log lines dropped, the output was too slow", [(.count, "\(dropped)")])) }
        }
    }
}
