import CommandLine
import Testing

@Suite struct ParserTests {
    @Test func `words lead to a verb and its positionals`() throws {
        let (action, arguments) = try #require(try parsed("state get hos drivers D-1"))
        #expect(action == .get)
        #expect(arguments.path == ["haul", "state", "get"])
        #expect(try arguments.required("KEY") == "D-1")
    }

    @Test func `an optional positional may be left out`() throws {
        #expect(try parsed("run")?.arguments["DIR"] == nil)
        #expect(try parsed("run depot")?.arguments["DIR"] == "depot")
    }

    @Test func `a repeated positional takes the rest`() throws {
        #expect(try parsed("publish t a b c")?.arguments.all("FILE") == ["a", "b", "c"])
        #expect(try parsed("publish t")?.arguments.all("FILE") == [])
    }

    @Test func `an option's value follows it or an equals sign`() throws {
        for line in ["state scan a b --limit 5", "state scan --limit=5 a b", "state scan a -n 5 b", "state scan a -n=5 b"] {
            #expect(try parsed(line)?.arguments.int("limit") == 5)
        }
    }

    @Test func `a repeated option keeps every value in order`() throws {
        let arguments = try #require(try parsed("replay j --limit 5s --in a=x --in=b=y=z --out -")).arguments
        let pairs = try arguments.pairs("in")
        #expect(pairs.map(\.left) == ["a", "b"])
        #expect(pairs.map(\.right) == ["x", "y=z"])
        #expect(arguments["out"] == "-")
        #expect(try arguments.duration("limit") == .seconds(5))
    }

    @Test func `a flag of the program is understood anywhere`() throws {
        for line in ["--json jobs list", "jobs --json list", "jobs list --json", "jobs -j"] {
            #expect(try parsed(line)?.arguments.has("json") == true)
        }
        #expect(try parsed("jobs list")?.arguments.has("json") == false)
    }

    @Test func `a group that ends early means the verb it names`() throws {
        #expect(try parsed("jobs")?.action == .list)
    }

    @Test func `behind two dashes everything is a positional`() throws {
        #expect(try parsed("publish -- --t -x --help")?.arguments.all("FILE") == ["-x", "--help"])
    }

    @Test(arguments: [
        ("rnu", "unknown command `rnu`; did you mean `run`?\n`haul --help` says more"),
        ("stat", "unknown command `stat`; did you mean `state`?\n`haul --help` says more"),
        ("jobs shwo", "unknown command `shwo`; did you mean `show`?\n`haul jobs --help` says more"),
        ("jobs hos", "unknown command `hos`\n`haul jobs --help` says more"),
        ("run --wach", "unknown option `--wach`; did you mean `--watch`?\n`haul run --help` says more"),
        ("run -z", "unknown option `-z`\n`haul run --help` says more"),
        ("run a b", "`b` is one word too many\n`haul run --help` says more"),
        ("run --watch=yes", "`--watch` takes no value\n`haul run --help` says more"),
        ("state get a b", "KEY is missing\n`haul state get --help` says more"),
        ("replay j", "--limit D is missing\n`haul replay --help` says more"),
        ("state scan a b --limit", "`--limit` needs a value: -n, --limit N\n`haul state scan --help` says more"),
        ("state scan a b --limit --json", "`--limit` needs a value: -n, --limit N\n`haul state scan --help` says more"),
        ("state scan a b --limit 1 -n 2", "`--limit` is given twice\n`haul state scan --help` says more"),
    ])
    func `what means nothing is refused with the nearest word and where to read more`(line: String, message: String) {
        #expect(refusal(line) == message)
    }

    @Test func `values are checked where they are read`() throws {
        let arguments = try #require(try parsed("state scan a b --limit 0 --from x")).arguments
        #expect(throws: arguments.failure("limit", "expected a number at least 1, found `0`")) {
            try arguments.int("limit", in: 1 ... .max)
        }
        #expect(throws: arguments.failure("from", "expected a number above 0, found `x`")) { try arguments.positiveNumber("from") }
        #expect(arguments.failure("JOB", "no such job").reason == "JOB: no such job")
        let replay = try #require(try parsed("replay j --limit 5 --in =x")).arguments
        #expect(throws: UsageFailure.self) { try replay.duration("limit") }
        #expect(throws: UsageFailure.self) { try replay.pairs("in") }
    }
}
