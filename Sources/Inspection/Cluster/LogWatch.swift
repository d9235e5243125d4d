public import EventLog
public import StreamCore
internal import Synchronization

/// Asks the log now and then how it is and who shares its turns, so that no answer has to wait for a log that is down.
///
/// The composition root calls `look` every second, on a thread that may block; everybody else reads what was seen last.
public final class LogWatch: Sendable {
    /// What has become of the log from one look to the next.
    public enum Turn: Hashable, Sendable {
        /// It answered before, or was never asked, and does no more.
        case lost(String)
        /// It did not answer before, and does again.
        case found
    }

    private struct State {
        var members: [LogMember] = []
        var latency: EventTime.Span?
        /// When the look that is under way began.
        var begun: EventTime?
        /// Since when it has not answered.
        var lostAt: EventTime?
    }

    private let log: any EventLog
    private let clock: @Sendable () -> EventTime
    private let state = Mutex(State())
    /// A look that takes longer than this is as good as none.
    private static let patience = EventTime.Span(microseconds: 5_000_000)
    /// An answer that takes longer than this is no healthy one.
    private static let slow = EventTime.Span(microseconds: 1_000_000)

    /// A watch over `log`, by that clock.
    public init(_ log: any EventLog, clock: @escaping @Sendable () -> EventTime) {
        self.log = log
        self.clock = clock
    }

    /// Asks once; blocks for as long as the log does. What changed with it, if anything.
    public func look() -> Turn? {
        let begun = clock()
        state.withLock { $0.begun = begun }
        do throws(LogFailure) {
            let members = try log.members()
            let ended = clock()
            return state.withLock { state in
                let wasLost = state.lostAt != nil
                state = State(members: members, latency: ended.since(begun))
                return wasLost ? .found : nil
            }
        } catch {
            return state.withLock { state in
                state.begun = nil
                if state.lostAt != nil { return nil }
                state.lostAt = begun
                return .lost(error.reason)
            }
        }
    }

    /// Who shared the turns when the log last answered; empty where it never has.
    public var members: [LogMember] { state.withLock { $0.members } }

    /// Whether the log answers, how fast, and since when not.
    public var health: Dependency {
        let now = clock()
        let state = state.withLock { $0 }
        let hanging = state.begun.flatMap { now.since($0) > LogWatch.patience ? $0 : nil }
        if let since = state.lostAt ?? hanging {
            return Dependency(
                "log", .unhealthy,
                detail: "the log has not answered since \(since.rfc3339); tasks wait, and go on by themselves when it does")
        }
        guard let latency = state.latency else { return Dependency("log", .unhealthy, detail: "the log has not been reached yet") }
        if latency > LogWatch.slow { return Dependency("log", .degraded, latency: latency, detail: "the log answers slowly") }
        return Dependency("log", .healthy, latency: latency)
    }
}
