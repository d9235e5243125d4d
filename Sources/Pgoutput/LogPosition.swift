public import StreamCore

/// A place in PostgreSQL's write-ahead log: bytes since its beginning. The server writes it `16/B374D848`, Debezium as a number.
public struct LogPosition: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The bytes before it.
    public let number: UInt64

    /// The place after that many bytes.
    public init(_ number: UInt64) { self.number = number }

    /// Reads what the server writes; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let high = UInt32(parts[0], radix: 16), let low = UInt32(parts[1], radix: 16) else { return nil }
        number = UInt64(high) << 32 | UInt64(low)
    }

    /// Before everything; the server's word for none.
    public static let zero = LogPosition(0)

    public static func < (a: LogPosition, b: LogPosition) -> Bool { a.number < b.number }
}

extension LogPosition: CustomStringConvertible {
    /// As the server writes it.
    public var description: String {
        String(number >> 32, radix: 16, uppercase: true) + "/" + String(number & 0xffff_ffff, radix: 16, uppercase: true)
    }
}

extension EventTime {
    /// The instant that PostgreSQL means by microseconds since 2000-01-01.
    public init(postgres microseconds: Int64) {
        self.init(microseconds: microseconds &+ EventTime.postgresEpoch)
    }

    /// The instant in microseconds since 2000-01-01.
    public var postgres: Int64 { microseconds &- EventTime.postgresEpoch }

    private static var postgresEpoch: Int64 { 946_684_800_000_000 }
}
