internal import Dataflow
internal import Ledger
internal import StreamCore
internal import StreamTesting
internal import Testing

@Suite struct LedgerTests {
    private let harness: JobHarness

    init() throws { harness = try LedgerTests.harness(opening: 100) }

    private static func harness(opening: Int, lateness: Duration = .seconds(1)) throws -> JobHarness {
        var settings = SettingsReader(texts: ["opening": "\(opening)", "statement-after": "5s"])
        return try JobHarness(try Ledger(settings: &settings), lateness: ["transfers": lateness], keys: ["transfers": "from"])
    }

    private func transfer(_ id: String, _ from: String, _ to: String, _ amount: Int, at seconds: Double) -> Record {
        Record(
            #"{"id":"\#(id)","from":"\#(from)","to":"\#(to)","amount":\#(amount)}"#, key: from,
            at: EventTime(microseconds: Int64(seconds * 1e6)))
    }

    @Test func `a transfer becomes one debit, one credit and one count`() throws {
        try harness.send([transfer("t1", "ann", "bob", 30, at: 1.5)], to: "transfers")
        try harness.finish()
        #expect(harness.texts(from: "debits") == [#"{"account":"ann","id":"t1","amount":30,"balance":70,"count":1}"#])
        #expect(harness.texts(from: "credits") == [#"{"account":"bob","id":"t1","amount":30,"balance":30,"count":1}"#])
        #expect(harness.texts(from: "counts") == [#"{"account":"bob","second":"1970-01-01T00:00:01Z","count":1}"#])
        #expect(harness.received(from: "credits").map(\.time) == [EventTime(microseconds: 1_500_000)])
    }

    @Test func `what an account cannot pay is refused and moves nothing`() throws {
        try harness.send(
            [transfer("t1", "ann", "bob", 80, at: 1), transfer("t2", "ann", "bob", 30, at: 2), transfer("t3", "ann", "bob", 20, at: 3)],
            to: "transfers")
        try harness.finish()
        #expect(harness.texts(from: "refused") == [#"{"id":"t2","from":"ann","to":"bob","amount":30}"#])
        #expect(harness.texts(from: "debits").map { $0.contains(#""balance":0,"count":2"#) } == [false, true])
    }

    @Test func `money that was received cannot be spent`() throws {
        try harness.send([transfer("t1", "ann", "bob", 100, at: 1), transfer("t2", "bob", "ann", 101, at: 2)], to: "transfers")
        try harness.finish()
        #expect(harness.received(from: "refused").count == 1)
    }

    @Test func `transfers are judged in the order of their time, equal times by id`() throws {
        try harness.send(
            [
                transfer("t3", "ann", "bob", 60, at: 2), transfer("t2", "ann", "bob", 70, at: 2), transfer("t1", "ann", "bob", 10, at: 1.9),
            ], to: "transfers")
        try harness.finish()
        #expect(harness.texts(from: "refused") == [#"{"id":"t3","from":"ann","to":"bob","amount":60}"#])
    }

    @Test func `a transfer too late to be judged in order goes to late as it came`() throws {
        try harness.send([transfer("t1", "ann", "bob", 1, at: 10)], to: "transfers")
        try harness.send([transfer("t2", "ann", "bob", 1, at: 8.9)], to: "transfers")
        try harness.finish()
        #expect(harness.texts(from: "late") == [#"{"id":"t2","from":"ann","to":"bob","amount":1}"#])
        #expect(harness.received(from: "debits").count == 1)
    }

    @Test func `an account that pays nothing for a while gets one statement, dated when that while was over`() throws {
        try harness.send(
            [transfer("t1", "ann", "bob", 1, at: 1), transfer("t2", "ann", "bob", 1, at: 5.9), transfer("t3", "ann", "bob", 1, at: 11)],
            to: "transfers")
        try harness.finish()
        #expect(
            harness.texts(from: "statements") == [
                #"{"account":"ann","balance":98,"count":2}"#, #"{"account":"ann","balance":97,"count":3}"#,
            ])
        #expect(harness.received(from: "statements").map(\.time.microseconds) == [10_900_000, 16_000_000])
    }

    @Test(arguments: ["{}", "[]", #"{"id":"t","from":"a","to":"b","amount":0}"#, #"{"id":"t","from":"a","to":"b","amount":"1"}"#])
    func `what is no transfer becomes a dead letter`(text: String) throws {
        try harness.send([Record(text, key: "a", at: EventTime(microseconds: 1))], to: "transfers")
        #expect(harness.deadLetters.count == 1)
    }

    @Test func `an unknown setting is refused by name`() {
        #expect(throws: SettingsFailure.self) {
            var settings = SettingsReader(texts: ["openings": "1"])
            _ = try Ledger(settings: &settings)
        }
    }

    @Test(arguments: [1, 7, 1_000]) func `what leaves follows from the transfers, however they are cut into batches`(size: Int) throws {
        var random = SeededGenerator(seed: 11)
        let transfers = (0..<1_000).map { number in
            transfer(
                "t\(1_000 + number)", "a\(Int.random(in: 0..<9, using: &random))", "a\(Int.random(in: 0..<9, using: &random))",
                Int.random(in: 1...20, using: &random), at: 100 + Double(number) / 10 - Double.random(in: 0...0.9, using: &random))
        }
        let (cut, whole) = (try LedgerTests.harness(opening: 900), try LedgerTests.harness(opening: 900))
        try cut.send(transfers, to: "transfers", inBatchesOf: size)
        try whole.send(transfers, to: "transfers")
        for harness in [cut, whole] { try harness.finish() }
        for outlet in ["debits", "refused", "credits", "counts", "statements", "late"] {
            #expect(cut.texts(from: outlet).sorted() == whole.texts(from: outlet).sorted(), "\(outlet)")
        }
        #expect(cut.received(from: "debits").count == cut.received(from: "credits").count)
        #expect(cut.received(from: "debits").count + cut.received(from: "refused").count == 1_000)
        #expect(!cut.received(from: "refused").isEmpty)
    }
}
