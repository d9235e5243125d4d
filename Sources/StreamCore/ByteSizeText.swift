extension Int {
    /// Reads a number of bytes as settings write it: a decimal number and one unit of `B KB MB GB TB`, without a space.
    ///
    /// The units are powers of 1,024; a number without a unit counts bytes. `256MB`, `1.5GB`, `4096`. `nil` for anything else: a
    /// unit in other letters, a fraction of a byte, a negative number, one that does not fit.
    public init?(byteSize text: some StringProtocol) {
        guard let number = DecimalText(text),
            let unit = number.unit.isEmpty ? ByteSizeText.units[0] : ByteSizeText.units.last(where: { $0.name == number.unit }),
            let bytes = number.times(unit.bytes), bytes >= 0
        else { return nil }
        self.init(exactly: bytes)
    }

    /// The shortest exact text that `init(byteSize:)` reads back as this many bytes: `256MB`, `1536MB`, `1000B`.
    public var byteSize: String {
        let unit = ByteSizeText.units.last { self != 0 && Int128(self) % $0.bytes == 0 } ?? ByteSizeText.units[0]
        return "\(Int128(self) / unit.bytes)\(unit.name)"
    }

    /// What `init(byteSize:)` reads, for messages: "expected " goes before it.
    public static var expectedByteSize: String { "a size such as 512KB, 256MB or 4GB" }
}

private enum ByteSizeText {
    /// From the smallest to the largest.
    static let units: [(name: String, bytes: Int128)] = [("B", 1), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30), ("TB", 1 << 40)]
}
