internal import CommandLine
internal import StreamCore
internal import Wire

/// `linehaul tail TOPIC`: a topic's records as they come.
enum TailCommand {
    static let command: Command<Action> = Command(
        "tail", "prints a topic's records, and those that come, until it is interrupted",
        [
            .positional("TOPIC", "the topic"),
            .option(
                "from", "WHERE", "earliest, latest (default), an offset, or an instant such as 2026-03-02T06:00:00Z",
                choices: ["earliest", "latest"]),
            .option("key", "K", "only records of that key"),
            .option("partition", "N", "only that partition"),
            .option("limit", "N", "ends after N records"),
            .flag("no-follow", "ends at the end of the topic"),
        ], action: { try tail($0) })

    private static func tail(_ invoked: Invoked) throws -> ExitCode {
        let limit = try invoked.arguments.int("limit", in: 0...Int.max)
        let target =
            path("ops", "topics", try invoked.arguments.required("TOPIC"), "records")
            + query([
                "from": invoked.arguments["from"] ?? "latest", "key": invoked.arguments["key"],
                "partition": try invoked.arguments.int("partition", in: 0...Int(Int32.max)).map(String.init),
                "limit": limit.map(String.init), "follow": invoked.arguments.has("no-follow") ? nil : "true",
            ])
        try RecordPrinter(invoked).print(target)
        return .done
    }
}

/// Prints streamed records: their lines as they came, or a line for people.
struct RecordPrinter {
    private let invoked: Invoked

    init(_ invoked: Invoked) { self.invoked = invoked }

    /// Prints what the system streams at that path; how many records that were.
    @discardableResult func print(_ target: String) throws -> Int {
        let (terminal, wantsJSON) = (invoked.terminal, invoked.wantsJSON)
        var count = 0
        try invoked.remote().lines(target) { line in
            count += 1
            return terminal.print(wantsJSON ? Array(line) + [UInt8(ascii: "\n")] : Array(RecordPrinter.text(of: line).utf8))
        }
        return count
    }

    private static func text(of line: ArraySlice<UInt8>) -> String {
        guard let record = try? JSON(parsing: Array(line)) else { return String(decoding: line, as: UTF8.self) + "\n" }
        let value =
            record["value_base64"] != nil
            ? "base64 \(record.cell("value_base64"))" : record["value"] == .null ? "(tombstone)" : record.cell("value")
        let place = "\(record.cell("timestamp")) \(record.cell("partition"))@\(record.cell("offset"))"
        var text = "\(place) \(printable(record.cell("key"))) \(printable(value))\n"
        if let reason = record["headers"]?["dlq.reason"]?.string { text += "    \(printable(reason))\n" }
        return text
    }

    /// A terminal obeys control characters, so none reaches it.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{fffd}" : $0 }))
    }
}
