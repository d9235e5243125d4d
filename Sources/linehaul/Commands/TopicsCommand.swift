internal import CommandLine
internal import StreamCore

/// `linehaul topics`: the log's topics and how much they hold.
enum TopicsCommand {
    static let command: Command<Action> = Command(
        "topics", "the topics of the running system",
        verbs: [
            Command("list", "lists them", [.flag("all", "those that jobs make for themselves too")], action: { try list($0) }),
            Command("show", "shows one, partition by partition, and who reads it", [.positional("TOPIC", "the topic")], action: { try show($0) }),
            Command(
                "groups", "lists the groups that read topics, ours and others', and how far behind each is",
                [.positional("GROUP", "only that one, partition by partition", .optional)], action: { try groups($0) }),
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
        if let groups = topic["groups"]?.array, !groups.isEmpty {
            text += "\nread by\n" + groupTable(of: groups).text(width: invoked.terminal.width)
        }
        return invoked.show(topic, text)
    }

    private static func groups(_ invoked: Invoked) throws -> ExitCode {
        let all = try invoked.remote().get("/ops/groups")["groups"]?.array ?? []
        guard let name = invoked.arguments["GROUP"] else {
            return invoked.show(.object(["groups": .array(all)]), groupTable(of: all).text(width: invoked.terminal.width))
        }
        guard let group = all.first(where: { $0["name"]?.string == name }) else {
            let hint = nearest(to: name, among: all.compactMap { $0["name"]?.string }).map { "; did you mean \($0)?" } ?? ""
            throw CommandFailure("there is no group \(name)\(hint)")
        }
        var text = "\(name): \(group.cell("state"))\n"
        for member in group["members"]?.array ?? [] { text += "  \(member.cell("client")) at \(member.cell("host"))\n" }
        var table = TextTable([
            .text("TOPIC"), .number("PARTITION"), .number("POSITION"), .number("END"), .number("LAG"), .number("LOST"),
        ])
        for part in group["partitions"]?.array ?? [] {
            table.append(["topic", "partition", "position", "end", "lag", "lost"].map { part.cell($0) })
        }
        return invoked.show(group, text + "\n" + table.text(width: invoked.terminal.width))
    }

    private static func groupTable(of groups: [JSON]) -> TextTable {
        var table = TextTable([
            .text("GROUP"), .text("OURS"), .text("STATE"), .number("MEMBERS"), .number("TASKS"), .number("LAG"), .text("TOPICS"),
        ])
        for group in groups {
            let topics = (group["topics"]?.array ?? []).compactMap(\.string)
            let shown = topics.prefix(3).joined(separator: ", ") + (topics.count > 3 ? " and \(topics.count - 3) more" : "")
            table.append([
                group.cell("name"), group["ours"]?.bool == true ? "yes" : "no", group.cell("state"),
                "\(group["members"]?.array?.count ?? 0)", group.cell("tasks"), group.cell("lag"), shown,
            ])
        }
        return table
    }
}
