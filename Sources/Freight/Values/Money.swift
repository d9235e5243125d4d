public import StreamCore
internal import Wire

/// An amount of money, exact to the cent; at most about 90 trillion either way.
public struct Money: FieldValue, Hashable, Comparable {
    /// The amount in hundredths.
    public let cents: Int64

    /// An amount of that many hundredths.
    public init(cents: Int64) { self.cents = cents }

    /// The amount that a decimal text means; nil for more than two places that are not zero, exponents out of reach, or no number.
    public init?(_ text: String) {
        let parts = text.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        guard let mantissa = parts.first, let exponent = parts.count == 2 ? Int(parts[1]) : 0, (-20...20).contains(exponent) else {
            return nil
        }
        let isNegative = mantissa.hasPrefix("-")
        let digits = isNegative ? mantissa.dropFirst() : mantissa[...]
        let halves = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, !whole.isEmpty, halves.count == 1 || !halves[1].isEmpty else { return nil }
        let fraction = halves.count == 2 ? halves[1] : ""
        guard (whole + fraction).allSatisfy({ ("0"..."9").contains($0) }), whole.count + fraction.count <= 30 else { return nil }
        // The digits stand for a whole number of 10^scale.
        var scale = exponent - fraction.count + 2
        guard var amount = Int128(whole + fraction) else { return nil }
        while scale > 0 {
            let (product, overflow) = amount.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            amount = product
            scale -= 1
        }
        while scale < 0 {
            guard amount % 10 == 0 else { return nil }
            amount /= 10
            scale += 1
        }
        guard amount <= Money.most else { return nil }
        cents = Int64(isNegative ? -amount : amount)
    }

    private static let most: Int128 = 9_007_199_254_740_991

    /// A number or a text of at most two places. A JSON number's shortest decimal form is what its writer wrote, up to 15 digits.
    public static func read(_ json: JSON) throws(Complaint) -> Money {
        let text: String? =
            switch json {
            case .integer(let whole): String(whole)
            case .number(let number): number.description
            case .string(let text): text
            default: nil
            }
        guard let text, let money = Money(text) else { throw Complaint("must be an amount with at most two decimal places") }
        return money
    }

    /// The amount with two places: `1234.50`.
    public var decimal: String {
        let (units, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(cents < 0 ? "-" : "")\(units).\(rest < 10 ? "0" : "")\(rest)"
    }

    public static func < (a: Money, b: Money) -> Bool { a.cents < b.cents }

    /// Appends a number with two places.
    public func writeJSON(into out: inout ByteWriter) { out.raw(decimal.utf8) }

    public func store(into writer: inout ByteWriter) { writer.signed(cents) }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { cents = try reader.signed() }

    public var json: JSON { .number(Double(cents) / 100) }
}
