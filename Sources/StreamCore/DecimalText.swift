/// A decimal number with a unit behind it, as settings write quantities: `1.5s`, `256MB`.
struct DecimalText {
    /// Every digit before the unit, the decimal point left out; negative behind a minus sign.
    let digits: Int128
    /// The power of ten that `digits` is to be divided by.
    let divisor: Int128
    /// What follows the number; may be empty.
    let unit: String

    /// Splits `text`; `nil` where it does not begin with a number, or with one of more than 30 digits.
    init?(_ text: some StringProtocol) {
        var rest = text[...]
        let sign: Int128 = rest.first == "-" ? -1 : 1
        if sign < 0 { rest.removeFirst() }
        guard let whole = DecimalText.digits(&rest) else { return nil }
        var fraction = ""
        if rest.first == "." {
            rest.removeFirst()
            guard let read = DecimalText.digits(&rest) else { return nil }
            fraction = read
        }
        guard whole.count + fraction.count <= 30, let digits = Int128(whole + fraction) else { return nil }
        self.digits = sign * digits
        divisor = fraction.reduce(1) { power, _ in power * 10 }
        unit = String(rest)
    }

    /// The number times `scale`, where that is whole and fits.
    func times(_ scale: Int128) -> Int128? {
        let (product, overflow) = digits.multipliedReportingOverflow(by: scale)
        return overflow || product % divisor != 0 ? nil : product / divisor
    }

    private static func digits<Text: StringProtocol>(_ text: inout Text) -> String? where Text.SubSequence == Text {
        let read = text.prefix { ("0"..."9").contains($0) }
        text = text.dropFirst(read.count)
        return read.isEmpty ? nil : String(read)
    }
}
