internal import CommandLine
internal import StreamCore

/// `linehaul dlq`: records that could not be processed, and what becomes of them.
enum DeadLetterCommand {
    private static let topic = Parameter.positional("TOPIC", "the topic whose records died, or its dead-letter topic")
    private static let limit = Parameter.option("limit", "N", "only the oldest N")

    static let command: Command<Action> = Command(
        "dlq", "records that could not be processed",
        verbs: [
            Command("list", "lists topics with how many dead letters each has", action: { try list($0) }),
            Command("show", "prints a topic's dead letters with the reason", [topic, limit], action: { try show($0) }),
            Command("replay", "sends dead letters back to where they came from", [topic, limit], action: { try take($0, "replay") }),
            Command("drop", "removes dead letters", [topic, limit], action: { try take($0, "drop") }),
        ], otherwise: "list")

    private static func list(_ invoked: Invoked) throws -> ExitCode {
        let answer = try invoked.remote().get("/ops/dlq")
        var table = TextTable([.text("TOPIC"), .number("DEAD LETTERS"), .text("NEWEST")])
        for topic in answer["topics"]?.array ?? [] { table.append(["topic", "records", "newest"].map { topic.cell($0) }) }
        return invoked.show(answer, table.text(width: invoked.terminal.width))
    }

    private static func show(_ invoked: Invoked) throws -> ExitCode {
        let limit = try invoked.arguments.int("limit", in: 0...Int.max)
        let target = path("ops", "dlq", try invoked.arguments.required("TOPIC")) + query(["limit": limit.map(String.init)])
        if try RecordPrinter(invoked).print(target) == 0, !invoked.wantsJSON { invoked.terminal.note("no dead letters") }
        return .done
    }

    private static func take(_ invoked: Invoked, _ verb: String) throws -> ExitCode {
        let limit = try invoked.arguments.int("limit", in: 1...Int.max)
        let target = path("ops", "dlq", try invoked.arguments.required("TOPIC"), verb) + query(["limit": limit.map(String.init)])
        let answer = try invoked.remote().post(target)
        let done = verb == "replay" ? "\(answer.cell("replayed")) sent back" : "\(answer.cell("dropped")) dropped"
        return invoked.show(answer, "\(done), \(answer.cell("left")) left in \(answer.cell("dlq"))\n")
    }
}
