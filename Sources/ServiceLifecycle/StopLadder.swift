/// Decides in which order a group's services stop; the group does what it says.
///
/// running ──begin, or a service ended──▶ draining ──all ended──▶ over
/// draining ──limit passed──▶ cut ──all ended──▶ over
struct StopLadder {
    enum Action: Equatable {
        case none
        /// Start the drain limit and ask this service to stop.
        case drain(Int)
        /// Ask this service to stop; the one after it has ended.
        case stop(Int)
        /// Cancel every service that still runs.
        case cancel
        /// Every service has ended.
        case finish
    }

    private enum State: Equatable {
        case running
        case draining(asked: Int)
        case cut
        case over
    }

    private var state = State.running
    private var running: Set<Int>

    /// Services 0 to `count` − 1, in the order in which they were started.
    init(count: Int) { running = Set(0..<count) }

    /// Those that have not ended, in the order of their start.
    var unfinished: [Int] { running.sorted() }

    /// A signal came, or not every service could be started. Said again, it changes nothing.
    mutating func begin() -> Action {
        guard state == .running else { return .none }
        guard let last = askLast() else { return .finish }
        return .drain(last)
    }

    mutating func ended(_ index: Int) -> Action {
        running.remove(index)
        switch state {
        case .running: return begin()
        case .draining(let asked):
            if asked != index { return .none }
            guard let last = askLast() else { return .finish }
            return .stop(last)
        case .cut:
            if !running.isEmpty { return .none }
            state = .over
            return .finish
        case .over: return .none
        }
    }

    mutating func limitPassed() -> Action {
        guard case .draining = state else { return .none }
        state = .cut
        return .cancel
    }

    private mutating func askLast() -> Int? {
        let last = running.max()
        state = last.map { .draining(asked: $0) } ?? .over
        return last
    }
}
