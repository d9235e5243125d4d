internal import CommandLine
internal import StreamCore

/// `linehaul state`: what a job keeps, as of its last commit.
enum StateCommand {
    private static let job = Parameter.positional("JOB", "the job")
    private static let store = Parameter.positional("STORE", "the state, by the name that `state list` shows")

    static let command: Command<Action> = Command(
        "state", "what a job keeps, as of its last commit",
        verbs: [
            Command("list", "lists a job's states", [job], action: { try list($0) }),
            Command("get", "prints the row of one key", [job, store, .positional("KEY", "the key")], action: { try get($0) }),
            Command(
                "scan", "prints rows in the order of their keys",
                [
                    job, store, .option("prefix", "P", "only keys that begin with P"),
                    .option("limit", "N", "at most N rows (default: 100)"),
                ], action: { try scan($0) }),
            Command(
                "diff", "compares a state with what a savepoint has of it",
                [
                    job, store, .option("from", "NAME", "the savepoint (default: the job's newest)"),
                    .option("limit", "N", "prints at most N rows (default: 100)"),
                ], action: { try diff($0) }),
        ])

    private static func list(_ invoked: Invoked) throws -> ExitCode {
        let answer = try invoked.remote().get(path("ops", "jobs", try invoked.arguments.required("JOB"), "state"))
        var table = TextTable([.text("STATE"), .text("STAGE"), .text("SHAPE"), .text("KEY"), .text("VALUE"), .number("VERSION")])
        for state in answer["states"]?.array ?? [] {
            table.append(["name", "stage", "shape", "key", "value", "version"].map { state.cell($0) })
        }
        return invoked.show(answer, table.text(width: invoked.terminal.width))
    }

    private static func get(_ invoked: Invoked) throws -> ExitCode {
        let row = try invoked.remote().get(
            path(
                "ops", "jobs", try invoked.arguments.required("JOB"), "state", try invoked.arguments.required("STORE"),
                try invoked.arguments.required("KEY")))
        let facts = ["task \(row.cell("task"))", "epoch \(row.cell("epoch"))"] + (row["expires"]?.string.map { ["expires \($0)"] } ?? [])
        return invoked.show(row, "\(row["value"]?.indented ?? "")\n\(facts.joined(separator: ", "))\n")
    }

    private static func scan(_ invoked: Invoked) throws -> ExitCode {
        let limit = try invoked.arguments.int("limit", in: 1...10_000)
        let answer = try invoked.remote().get(
            path("ops", "jobs", try invoked.arguments.required("JOB"), "state", try invoked.arguments.required("STORE"))
                + query(["prefix": invoked.arguments["prefix"], "limit": limit.map(String.init)]))
        var table = TextTable([.text("KEY"), .text("TASK"), .number("EPOCH"), .text("VALUE")])
        for row in answer["rows"]?.array ?? [] { table.append(["key", "task", "epoch", "value"].map { row.cell($0) }) }
        if answer["has_more"]?.bool == true { invoked.terminal.note("there are more; --limit shows them") }
        return invoked.showing(answer, table.text(width: invoked.terminal.width))
    }

    private static func diff(_ invoked: Invoked) throws -> ExitCode {
        let limit = try invoked.arguments.int("limit", in: 1...10_000)
        let answer = try invoked.remote().get(
            path("ops", "jobs", try invoked.arguments.required("JOB"), "state", try invoked.arguments.required("STORE"), "diff")
                + query(["from": invoked.arguments["from"], "limit": limit.map(String.init)]))
        var table = TextTable([.text("KEY"), .text("CHANGE"), .text("BEFORE"), .text("AFTER")])
        for row in answer["rows"]?.array ?? [] { table.append(["key", "change", "before", "after"].map { row.cell($0) }) }
        if answer["has_more"]?.bool == true { invoked.terminal.note("there are more; --limit shows them") }
        let counts = "\(answer.cell("added")) added, \(answer.cell("removed")) removed, \(answer.cell("changed")) changed"
        return invoked.show(answer, "since \(answer.cell("from")): \(counts)\n\(table.text(width: invoked.terminal.width))")
    }
}
