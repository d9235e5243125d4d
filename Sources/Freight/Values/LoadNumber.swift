public import StreamCore

/// The numbers that Linehaul gives to loads that come without one: `LH-YYMMDD-NNNNNN`, by the day (UTC) on which a load is made.
public enum LoadNumber {
    /// What the numbers of a day begin with: `LH-261123-`.
    public static func prefix(on instant: EventTime) -> String {
        let day = instant.rfc3339.prefix(10).filter { $0 != "-" }.suffix(6)
        return "LH-\(day)-"
    }

    /// The number that is `count` on a day; past 999,999 it has more digits.
    public static func text(_ prefix: String, _ count: Int) -> String {
        let digits = String(count)
        return prefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// The day's prefix and the count of a number of this form; nil for any other text.
    public static func parts(of number: String) -> (prefix: String, count: Int)? {
        let utf8 = Array(number.utf8)
        guard utf8.count >= 16, number.hasPrefix("LH-"), utf8[9] == 0x2d, utf8[3..<9].allSatisfy({ (48...57).contains($0) }),
            utf8[10...].allSatisfy({ (48...57).contains($0) }), let count = Int(number.dropFirst(10)),
            text("", count).utf8.count == utf8.count - 10
        else { return nil }
        return (String(number.prefix(10)), count)
    }
}
