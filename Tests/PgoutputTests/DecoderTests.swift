internal import Pgoutput
internal import StreamCore
internal import Testing

/// Messages of the plugin, byte by byte as PostgreSQL's manual lays them out.
@Suite struct DecoderTests {
    private func decode(_ parts: [UInt8]...) throws -> PgoutputMessage {
        var decoder = PgoutputDecoder()
        return try decoder.decode(parts.flatMap { $0 }).message
    }

    private func word32(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    private func word64(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) } }
    private func letter(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `a begin says where its commit stands`() throws {
        #expect(
            try decode(letter("B"), word64(0x16B3748), word64(1_000_000), word32(771))
                == .begin(final: LogPosition(0x16B3748), at: EventTime(microseconds: 946_684_801_000_000), transaction: 771))
    }

    @Test func `an update lends what it has and says what it leaves out`() throws {
        let message = try decode(
            letter("U"), word32(7), letter("K"), [0, 2], letter("t"), word32(1), letter("a"), letter("n"), letter("N"), [0, 2], letter("t"),
            word32(2), letter("bc"), letter("u"))
        guard case .update(7, .key(let old), let row) = message else {
            Issue.record("\(message)")
            return
        }
        #expect(old.text(0) == letter("a"))
        #expect(old.isNull(1))
        #expect(row.text(0) == letter("bc"))
        #expect(row.isUnchanged(1))
    }

    @Test func `within a piece of a running transaction each message names its part`() throws {
        var decoder = PgoutputDecoder()
        #expect(try decoder.decode(letter("S") + word32(5) + [1]).message == .streamStart(transaction: 5, isFirst: true))
        let inside = try decoder.decode(letter("I") + word32(6) + word32(7) + letter("N") + [0, 0])
        #expect(inside.part == 6)
        #expect(try decoder.decode(letter("E")).message == .streamStop)
        #expect(try decoder.decode(letter("I") + word32(7) + letter("N") + [0, 0]).part == nil)
    }

    @Test func `bytes that end too early, or go on, are refused`() throws {
        let whole = letter("I") + word32(7) + letter("N") + [0, 1] + letter("t") + word32(3) + letter("abc")
        for count in 0..<whole.count {
            var decoder = PgoutputDecoder()
            #expect(throws: DecodeFailure.self) { try decoder.decode(Array(whole.prefix(count))) }
        }
        var decoder = PgoutputDecoder()
        #expect(throws: DecodeFailure.self) { try decoder.decode(whole + [0]) }
    }

    @Test(arguments: [("16/B374D848", 0x16_B374_D848 as UInt64), ("0/0", 0)])
    func `a position is written as the server does`(_ text: String, _ number: UInt64) {
        #expect(LogPosition(text) == LogPosition(number))
        #expect(LogPosition(number).description == text)
        #expect(LogPosition("16B374D848") == nil)
    }

    @Test func `a status is what the server expects`() {
        let bytes = ReplicationFrame.status(flushed: LogPosition(9), at: EventTime(microseconds: 946_684_800_000_005))
        #expect(bytes == letter("r") + word64(9) + word64(9) + word64(9) + word64(5) + [0])
    }
}
