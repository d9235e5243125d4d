internal import CommandLine
internal import StreamCore

/// `linehaul savepoint`: what a job had committed, kept aside, and brought back.
enum SavepointCommand {
    private static let job = Parameter.positional("JOB", "the job")
    private static let name = Parameter.positional("NAME", "the savepoint, by the name that `savepoint list` shows")

    static let command: Command<Action> = Command(
        "savepoint", "what a job had committed, kept aside",
        verbs: [
            Command(
                "create", "keeps a job's state and place as they are now",
                [job, .option("name", "NAME", "what to call it (default: the instant)")], action: { try create($0) }),
            Command("list", "lists savepoints", [.positional("JOB", "only those of this job", .optional)], action: { try list($0) }),
            Command(
                "restore", "brings a paused job back to where it was",
                [job, name, .flag("keep-positions", "brings back its state alone: reading goes on where it stands")],
                action: { try restore($0) }),
            Command("drop", "deletes a savepoint", [job, name], action: { try drop($0) }),
        ], otherwise: "list")

    private static func create(_ invoked: Invoked) throws -> ExitCode {
        let body = JSON.object(["name": invoked.arguments["name"].map { .string($0) }])
        let made = try invoked.remote().post(path("ops", "savepoints", try invoked.arguments.required("JOB")), body.compact)
        return invoked.show(
            made, "\(made.cell("name")): \(made.cell("rows")) rows of \(made.cell("tasks")) tasks, \(made.cell("bytes")) bytes\n")
    }

    private static func list(_ invoked: Invoked) throws -> ExitCode {
        let answer = try invoked.remote().get("/ops/savepoints" + query(["job": invoked.arguments["JOB"]]))
        var table = TextTable([
            .text("JOB"), .text("NAME"), .text("CREATED"), .number("EPOCHS"), .number("ROWS"), .number("BYTES"), .text("PROBLEM"),
        ])
        for entry in answer["savepoints"]?.array ?? [] {
            let (first, last) = (entry.cell("first_epoch"), entry.cell("last_epoch"))
            table.append(
                ["job", "name", "created"].map { entry.cell($0) } + [first == last ? first : "\(first)–\(last)"]
                    + ["rows", "bytes", "problem"].map { entry.cell($0) })
        }
        return invoked.show(answer, table.text(width: invoked.terminal.width))
    }

    private static func restore(_ invoked: Invoked) throws -> ExitCode {
        let job = try invoked.arguments.required("JOB")
        let target = path("ops", "savepoints", job, try invoked.arguments.required("NAME"), "restore")
        let answer = try invoked.remote().post(
            target + query(["keep-positions": invoked.arguments.has("keep-positions") ? "true" : nil]))
        let done =
            "\(job): \(answer.cell("rows")) rows restored from \(answer.cell("restored")); `linehaul jobs resume \(job)` lets it go on\n"
        return invoked.show(answer, done)
    }

    private static func drop(_ invoked: Invoked) throws -> ExitCode {
        let answer = try invoked.remote().delete(
            path("ops", "savepoints", try invoked.arguments.required("JOB"), try invoked.arguments.required("NAME")))
        return invoked.show(answer, "\(answer.cell("dropped")) dropped\n")
    }
}
