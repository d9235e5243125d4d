internal import CommandLine
internal import StreamCore

/// `linehaul topics`: the log's topics and how much they hold.
enum TopicsCommand {
    static let command: Command<Action> = Command(
        "topics", "the topics of the running system",
        verbs: [
            Command("list", "lists them", [.flag("all", "those that jobs make for themselves too")], action: { try list($0) }),
            Command("show", "shows one, partition by partition", [.positional("TOPIC", "the topic")], action: { try show($0) }),
        ], otherwise: "list")

    private static func list(_ invoked: Invoked) throws -> ExitCode {
        let answer = try invoked.remote().get("/ops/topics")
        let wantsAll = invoked.arguments.path.last == "list" && invoked.arguments.has("all")
        let topics = (answer["topics"]?.array ?? []).filter { wantsAll || $0["internal"]?.bool != true }
        var table = TextTable([
            .text("TOPIC"), .number("PARTITIONS"), .number("RECORDS"), .number("BYTES"), .text("KEY"), .text("CLEANUP"), .text("NEWEST"),
        ])
        for topic in topics {
            table.append(["name", "partitions", "records", "bytes", "key", "cleanup", "newest"].map { topic.cell($0) })
        }
        return invoked.show(.object(["topics": .array(topics)]), table.text(width: invoked.terminal.width))
    }

    private static func show(_ invoked: Invoked) throws -> ExitCode {
        let topic = try invoked.remote().get(path("ops", "topics", try invoked.arguments.required("TOPIC")))
        let key = topic["key"]?.string.map { ", keyed by \($0)" } ?? ""
        var text =
            "\(topic.cell("name")): \(topic.cell("records")) records, \(topic.cell("bytes")) bytes\(key), \(topic.cell("cleanup"))\n\n"
        var table = TextTable([
            .number("PARTITION"), .number("START"), .number("COMMITTED"), .number("END"), .number("BYTES"), .text("NEWEST"),
        ])
        for part in topic["partitions"]?.array ?? [] {
            table.append(["partition", "start", "committed", "end", "bytes", "newest"].map { part.cell($0) })
        }
        text += table.text(width: invoked.terminal.width)
        return invoked.show(topic, text)
    }
}
