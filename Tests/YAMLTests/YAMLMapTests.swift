import Testing
import YAML

@Suite struct YAMLMapTests {
    private enum Durability: String, CaseIterable { case sync, os }

    private func map(_ text: String) throws -> YAMLMap { try YAMLMap(YAMLNode(text: text, file: "f"), "a job") }

    @Test func `values are read by key and type`() throws {
        var map = try map(
            """
            job: hos-violations
            parallelism: 4
            share: 0.5
            read-to-end: true
            lateness: 1.5s
            memory: 256MB
            durability: os
            warn-before: [60m, 30m]
            inlets: { duty: { topic: tms.drivers } }
            """)
        #expect(try map.string("job") == "hos-violations")
        #expect(try map.int("parallelism", default: 1, in: 1...1_024) == 4)
        #expect(try map.number("share", in: 0...1) == 0.5)
        #expect(try map.bool("read-to-end"))
        #expect(try map.duration("lateness") == .milliseconds(1_500))
        #expect(try map.bytes("memory") == 256 << 20)
        #expect(try map.choice("durability", Durability.self) == .os)
        #expect(try map.list("warn-before").map { try $0.duration() } == [.seconds(3_600), .seconds(1_800)])
        var inlets = try map.map("inlets", "the inlets")
        #expect(inlets.allEntries().map(\.key) == ["duty"])
        try inlets.finish()
        try map.finish()
    }

    @Test func `an absent or empty key gives its default`() throws {
        var map = try map("postgres:\nlimit: ~\n")
        #expect(try map.optionalString("postgres") == nil)
        #expect(try map.int("limit", default: 7) == 7)
        #expect(try map.duration("lateness", default: .seconds(5)) == .seconds(5))
        #expect(try map.choice("durability", default: Durability.sync) == .sync)
        #expect(try map.optionalMap("state", "state") == nil)
        try map.finish()
    }

    @Test func `a missing key names what lacks it`() throws {
        var map = try map("a: 1\nb:\n")
        #expect(throws: YAMLFailure(YAMLMark(file: "f", line: 1, column: 1), "a job lacks `topic`; expected text")) {
            try map.string("topic")
        }
        #expect(throws: YAMLFailure(YAMLMark(file: "f", line: 2, column: 1), "`b` of a job has nothing behind it; expected text")) {
            try map.string("b")
        }
    }

    @Test(arguments: [
        ("[1]", "f:1:4: expected text, found a list"),
        ("{ b: 1 }", "f:1:4: expected text, found a mapping"),
    ])
    func `text is neither a list nor a mapping`(text: String, message: String) throws {
        var map = try map("a: \(text)")
        #expect(try describing { try map.string("a") } == message)
    }

    @Test func `wrong values are told what was expected`() throws {
        var map = try map("a: lots\nb: 2000\nc: \"5\"\nd: yes\ne: 5\nf: -5s\ng: 1gb\nh: synk\ni: 90d\n")
        #expect(try describing { try map.int("a") } == "f:1:4: expected a whole number, found `lots`")
        #expect(try describing { try map.int("b", in: 1...1_024) } == "f:2:4: expected a whole number from 1 to 1024, found `2000`")
        #expect(try describing { try map.int("c") } == "f:3:4: expected a whole number, found text in quotes; write it without them")
        #expect(try describing { try map.bool("d") } == "f:4:4: expected true or false, found `yes`")
        #expect(try describing { try map.duration("e") } == "f:5:4: expected a duration such as 500ms, 5s, 15m, 2h or 16d, found `5`")
        #expect(try describing { try map.duration("f") } == "f:6:4: expected a duration that is not negative, found `-5s`")
        #expect(try describing { try map.bytes("g") } == "f:7:4: expected a size such as 512KB, 256MB or 4GB, found `1gb`")
        #expect(try describing { try map.choice("h", Durability.self) } == "f:8:4: expected sync or os, found `synk`; did you mean `sync`?")
        #expect(
            try describing { try map.duration("i", in: .seconds(1) ... .seconds(86_400)) }
                == "f:9:4: expected a duration from 1s to 1d, found `90d`")
    }

    @Test func `a key that nobody asked for is refused with the nearest known one`() throws {
        var map = try map("topic: t\nlateneess: 5s\ncolour: red\n")
        _ = try map.string("topic")
        _ = try map.duration("lateness", default: .zero)
        #expect(
            try describing { try map.finish() }
                == "f:2:1: unknown key `lateneess`; did you mean `lateness`?\nf:3:1: unknown key `colour`; a job knows `lateness`, `topic`")
    }

    @Test func `what is not a mapping is refused with what it should describe`() throws {
        #expect(try describing { _ = try map("[a]") } == "f:1:1: expected a mapping: a job, found a list")
    }

    @Test func `all problems of a file are thrown together in the order of its lines`() throws {
        var map = try map("parallelism: 0\nlateneess: 5s\njob: [x]\n")
        var problems = YAMLProblems()
        let job = problems.keep(try map.string("job"), or: "")
        let parallelism = problems.keep(try map.int("parallelism", default: 1, in: 1...1_024))
        let lateness = problems.keep(try map.duration("lateness", default: .seconds(1)), or: .zero)
        problems.keep(try map.finish())
        #expect(job == "")
        #expect(parallelism == nil)
        #expect(lateness == .seconds(1))
        #expect(
            try describing { try problems.check() } == """
                f:1:14: expected a whole number from 1 to 1024, found `0`
                f:2:1: unknown key `lateneess`; did you mean `lateness`?
                f:3:6: expected text, found a list
                """)
    }

    private func describing(_ body: () throws -> some Any) throws -> String? {
        do {
            _ = try body()
            return nil
        } catch let failure as YAMLFailure {
            return failure.description
        }
    }
}
