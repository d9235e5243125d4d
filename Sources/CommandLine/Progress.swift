/// A line on standard error that says how far long work has come, rewritten in place; nothing at all where that is no terminal.
///
/// The caller passes the time since the work began and a closure that writes; it calls `update` as often as it likes.
public struct Progress: Sendable {
    /// The least time between two rewritings.
    private static let interval = Duration.milliseconds(100)

    private let label: String
    private let unit: String
    private let isTerminal: Bool
    private let write: @Sendable (String) -> Void
    private var shown: Duration?

    /// Progress of `label` ("replaying"), counted in `unit` ("records").
    public init(_ label: String, unit: String, isTerminal: Bool, write: @escaping @Sendable (String) -> Void) {
        self.label = label
        self.unit = unit
        self.isTerminal = isTerminal
        self.write = write
    }

    /// Shows `count` of `total` (where it is known), with the rate so far; skipped when the line is younger than a tenth of a second.
    public mutating func update(_ count: Int, of total: Int? = nil, after elapsed: Duration) {
        guard isTerminal else { return }
        if let shown, elapsed - shown < Progress.interval { return }
        shown = elapsed
        // Carriage return, text, erase to the end of the line (ECMA-48 EL).
        write("\r\(text(count, total, elapsed))\u{1b}[K")
    }

    /// Erases the line, so that what is printed next begins at the left. Called once, also after a failure.
    public mutating func finish() {
        if shown != nil { write("\r\u{1b}[K") }
        shown = nil
    }

    private func text(_ count: Int, _ total: Int?, _ elapsed: Duration) -> String {
        let seconds = elapsed / .seconds(1)
        let rate = seconds >= 0.1 ? ", \(Int(Double(count) / seconds)) a second" : ""
        guard let total, total > 0 else { return "\(label): \(count) \(unit)\(rate)" }
        return "\(label): \(min(100, count * 100 / total)) % of \(total) \(unit)\(rate)"
    }
}
