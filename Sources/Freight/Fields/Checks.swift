/// Checks of single values, as the contract states them; each says what would be right.
enum Check {
    static func atLeast<Value: Comparable & Sendable>(_ least: Value) -> @Sendable (Value) -> String? {
        { $0 >= least ? nil : "must be at least \(least)" }
    }

    /// Not below zero, and no more than anything on a road can be.
    static func quantity(_ value: Double) -> String? {
        if value < 0 { return "must be at least 0" }
        return value <= 1_000_000_000 ? nil : "must be at most 1000000000"
    }

    static func amount(_ value: Money) -> String? { value.cents >= 0 ? nil : "must be at least 0" }

    static func within(_ range: ClosedRange<Double>) -> @Sendable (Double) -> String? {
        { range.contains($0) ? nil : "must be from \(whole(range.lowerBound)) to \(whole(range.upperBound))" }
    }

    /// Degrees from north, clockwise.
    static func heading(_ value: Double) -> String? { (0..<360).contains(value) ? nil : "must be from 0 to below 360" }

    static func year(_ value: Int) -> String? { (1_900...2_200).contains(value) ? nil : "must be a year from 1900 to 2200" }

    static func notEmpty(_ text: String) -> String? {
        text.utf8.contains { $0 != 0x20 && $0 != 0x09 } ? nil : "must not be empty"
    }

    static func uuid(_ id: EntityID) -> String? { id.isUUID ? nil : "must be a UUID" }

    /// `60/7` or `70/8`: hours on duty in days.
    static func cycle(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hours = parts[0], let days = parts[1], (1...200).contains(hours), (1...31).contains(days) else {
            return "must be hours and days such as 70/8"
        }
        return nil
    }

    /// `HH:MM`, the start of a carrier's 24-hour period.
    static func timeOfDay(_ text: String) -> String? {
        let utf8 = Array(text.utf8)
        guard utf8.count == 5, utf8[2] == 0x3a, let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)), (0..<24).contains(hour),
            (0..<60).contains(minute)
        else { return "must be a time of day such as 00:00" }
        return nil
    }

    static func email(_ text: String) -> String? {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        return halves.count == 2 && halves.allSatisfy { !$0.isEmpty && !$0.contains(" ") }
            ? nil : "must be an address such as name@example.com"
    }

    private static func whole(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}
