import StreamCore
import Testing

@Suite struct CommandLineTests {
    @Test func `an unknown verb is a usage failure with the nearest one`() throws {
        let outcome = try Launched.run("jbos")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("did you mean `jobs`?"))
    }

    @Test func `an unknown option is a usage failure with the nearest one`() throws {
        let outcome = try Launched.run("tail", "tms.audit", "--limt", "3")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("did you mean `--limit`?"))
    }

    @Test(arguments: [
        ["run"], ["demo"], ["check"], ["plan"], ["apply"], ["jobs", "show"], ["state", "scan"], ["state", "diff"],
        ["savepoint", "restore"],
        ["tail"], ["publish"], ["replay"], ["simulate"], ["bench"],
    ])
    func `every verb explains itself`(words: [String]) throws {
        let outcome = try Launched.run(words + ["--help"])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("usage: linehaul \(words.joined(separator: " "))"))
    }

    @Test func `nothing that listens is said with what to do`() throws {
        let outcome = try Launched.run("jobs", environment: ["LINEHAUL_URL": "http://127.0.0.1:1"])
        #expect(outcome.code == 1)
        #expect(
            outcome.errors == "linehaul: connecting to http://127.0.0.1:1: Connection refused; is `linehaul run` running? "
                + "(LINEHAUL_URL names another)\n")
    }

    @Test(arguments: [("bash", "complete -o"), ("zsh", "#compdef linehaul"), ("fish", "complete -c linehaul")])
    func `completion is written for each shell`(shell: String, mark: String) throws {
        let outcome = try Launched.run("completion", shell)
        #expect(outcome.code == 0)
        #expect(outcome.output.contains(mark))
    }

    @Test func `the version is a line, or JSON`() throws {
        #expect(try Launched.run("version").output.hasPrefix("linehaul "))
        #expect(try Launched.run("version", "--json").json["version"] != nil)
    }
}
