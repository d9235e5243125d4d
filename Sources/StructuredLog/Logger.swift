/// Writes log lines. A value that is passed to whoever may have something to say; there is no global one.
///
/// ```swift
/// let log = logger.with([.job: "hos-violations", .stage: "duty"])
/// log.warning("task quarantined", [.partition: "3", .reason: "\(failure)"])
/// ```
/// The message is a constant, so that equal events are equal text; what differs goes under declared keys. It logs transitions, not
/// traffic: in normal operation nothing. Logging never throws and never waits for the output.
public struct Logger: Sendable {
    /// The least level that is written.
    public let level: LogLevel
    private let output: LogOutput
    private var context: [(LogKey, String)] = []

    /// A logger of lines of at least `level`.
    public init(_ output: LogOutput, level: LogLevel = .info) {
        self.output = output
        self.level = level
    }

    /// A logger that adds those facts to each of its lines, before the line's own.
    public func with(_ facts: KeyValuePairs<LogKey, String>) -> Logger {
        var logger = self
        logger.context.removeAll { known, _ in facts.contains { $0.key == known } }
        logger.context += facts.map { ($0.key, $0.value) }
        return logger
    }

    /// Says that someone must act.
    public func error(_ message: StaticString, _ facts: @autoclosure () -> KeyValuePairs<LogKey, String> = [:]) {
        write(.error, message, facts)
    }

    /// Says that something went wrong and was made good.
    public func warning(_ message: StaticString, _ facts: @autoclosure () -> KeyValuePairs<LogKey, String> = [:]) {
        write(.warning, message, facts)
    }

    /// Says that an operator's action took effect.
    public func info(_ message: StaticString, _ facts: @autoclosure () -> KeyValuePairs<LogKey, String> = [:]) {
        write(.info, message, facts)
    }

    /// Says something that only a developer looks for. The facts are not computed unless the level is written.
    public func debug(_ message: StaticString, _ facts: @autoclosure () -> KeyValuePairs<LogKey, String> = [:]) {
        write(.debug, message, facts)
    }

    private func write(_ level: LogLevel, _ message: StaticString, _ facts: () -> KeyValuePairs<LogKey, String>) {
        guard level >= self.level else { return }
        let own = facts().map { ($0.key, $0.value) }
        let inherited = context.filter { known, _ in !own.contains { $0.0 == known } }
        output.write(level, message.description, inherited + own)
    }
}
