/// How much a line matters, and to whom.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// For the developer: once a batch at most, never once a record.
    case debug
    /// An operator's action took effect.
    case info
    /// Something went wrong and was made good.
    case warning
    /// Someone must act.
    case error

    public static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}
