internal import StreamCore

/// A length of time or an instant in microseconds, inside the rules.
typealias Micros = Int64

extension Micros {
    static let second: Micros = 1_000_000
    static let minute: Micros = 60 * second
    static let hour: Micros = 60 * minute
    static let day: Micros = 24 * hour

    /// The length as people say it: `11 h`, `13 h 30 min`, `45 min`, with seconds only where there are any.
    var spoken: String {
        let (hours, minutes, seconds) = (self / .hour, self % .hour / .minute, self % .minute / .second)
        var parts: [String] = []
        if hours > 0 { parts.append("\(hours) h") }
        if minutes > 0 || (hours == 0 && seconds == 0) { parts.append("\(minutes) min") }
        if seconds > 0 { parts.append("\(seconds) s") }
        return parts.joined(separator: " ")
    }
}

extension EventTime {
    init(_ micros: Micros) { self.init(microseconds: micros) }
}
