internal import CommandLine
internal import StreamCore

/// `linehaul jobs`: what runs, and how it is paused, resumed and restarted.
enum JobsCommand {
    private static let job = Parameter.positional("JOB", "the job")

    static let command: Command<Action> = Command(
        "jobs", "the jobs of the running system",
        verbs: [
            Command("list", "lists them", action: { try list($0) }),
            Command("show", "shows one, task by task", [job], action: { try show($0) }),
            Command("pause", "stops a job where it is; it keeps its state and its place", [job], action: { try change($0, "pause") }),
            Command("resume", "lets a paused job go on", [job], action: { try change($0, "resume") }),
            Command("restart", "starts a job's tasks again, quarantined ones too", [job], action: { try change($0, "restart") }),
        ], otherwise: "list")

    private static func list(_ invoked: Invoked) throws -> ExitCode {
        let answer = try invoked.remote().get("/ops/jobs")
        var table = TextTable([
            .text("JOB"), .text("STATE"), .number("TASKS"), .number("LAG"), .number("RATE/S"), .number("IN"), .number("OUT"),
            .number("DEAD"),
            .text("WATERMARK"),
        ])
        for job in answer["jobs"]?.array ?? [] {
            table.append([
                job.cell("name"), job.cell("state"), tasks(of: job), job.cell("lag"), job.cell("rate"), job.cell("records_in"),
                job.cell("records_out"), job.cell("dead_letters"), job.cell("watermark"),
            ])
        }
        return invoked.showing(answer, table.text(width: invoked.terminal.width))
    }

    /// How many tasks run, and of how many where some do not.
    private static func tasks(of job: JSON) -> String {
        let (running, planned) = (job.cell("tasks"), job.cell("planned"))
        return planned.isEmpty || planned == running ? running : "\(running)/\(planned)"
    }

    private static func show(_ invoked: Invoked) throws -> ExitCode {
        let job = try invoked.remote().get(path("ops", "jobs", try invoked.arguments.required("JOB")))
        return invoked.showing(job, text(of: job, width: invoked.terminal.width))
    }

    private static func change(_ invoked: Invoked, _ verb: String) throws -> ExitCode {
        let job = try invoked.remote().post(path("ops", "jobs", try invoked.arguments.required("JOB"), verb))
        let answer = invoked.showing(job, "\(job.cell("name")): \(job.cell("state"))\n")
        // Done in part is not done.
        return (job["unreachable"]?.array ?? []).isEmpty && job["refused"] == nil ? answer : .refused
    }

    private static func text(of job: JSON, width: Int?) -> String {
        var text = "\(job.cell("name")): \(job.cell("state")), lag \(job.cell("lag"))\n"
        for stage in job["stages"]?.array ?? [] {
            let steps = (stage["steps"]?.array ?? []).compactMap(\.string)
            let targets = (stage["targets"]?.array ?? []).compactMap(\.string).map { "(\($0))" }
            text += "\nstage \(stage.cell("id")): \((steps + targets).joined(separator: " → "))\n"
            let tasks = stage["tasks"]?.array ?? []
            let isShared = tasks.contains { $0["process"] != nil }
            let columns: [TextTable.Column] = [
                .number("TASK"), .number("SLOT"), .text("STATE"), .number("LAG"), .number("RATE/S"), .number("IN"), .number("OUT"),
                .number("EPOCH"), .number("MEMORY"), .text("WATERMARK"), .text("LAST FAILURE"),
            ]
            var table = TextTable(columns + (isShared ? [.text("PROCESS")] : []))
            for task in tasks {
                table.append(
                    [
                        task.cell("partition"), task.cell("slot"), task.cell("state"), task.cell("lag"), task.cell("rate"),
                        task.cell("records_in"), task.cell("records_out"), task.cell("epoch"), task.cell("memory_bytes"),
                        task.cell("watermark"),
                        task["last_failure"].map { "\($0.cell("at")) \($0.cell("reason"))" } ?? "",
                    ] + (isShared ? [task.cell("process")] : []))
            }
            text += table.text(width: width)
        }
        return text
    }
}

extension Invoked {
    /// Prints what a whole cluster answered, and who of it did not.
    func showing(_ answer: JSON, _ text: String) -> ExitCode {
        for (member, what) in [("unreachable", "did not answer"), ("refused", "refused")] {
            for process in answer[member]?.array ?? [] {
                let name = process["address"]?.string ?? "the log"
                terminal.note("\(name) \(what)\(process["tasks"].map { " for its \($0) tasks" } ?? ""): \(process.cell("reason"))")
            }
        }
        return show(answer, text)
    }

    /// Prints an answer the way that was asked for.
    func show(_ answer: JSON, _ text: String) -> ExitCode {
        terminal.print(wantsJSON ? "\(answer)\n" : text)
        return .done
    }
}

extension JSON {
    /// A member as a table's cell: text as it is, nothing for none.
    func cell(_ member: String) -> String {
        switch self[member] {
        case nil, .null: ""
        case .string(let text): text
        case .some(let value): "\(value)"
        }
    }
}
