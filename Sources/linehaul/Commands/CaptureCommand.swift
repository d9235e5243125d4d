internal import CommandLine
internal import StreamCore

/// `linehaul cdc`: how the capture of a database's changes stands, and what it captures.
enum CaptureCommand {
    static let command: Command<Action> = Command(
        "cdc", "change data capture: the slot, the tables, reading tables again",
        verbs: [
            Command(
                "status", "says how the slot and the task that reads it stand; ends with 1 where changes are missing",
                action: { try status($0) }),
            Command("tables", "lists the tables with their topics", action: { try tables($0) }),
            Command(
                "snapshot", "has tables read again as they are, into their topics",
                [.positional("TABLE", "a table, as listed; all without one", .repeated)], action: { try snapshot($0) }),
        ], otherwise: "status")

    private static func status(_ invoked: Invoked) throws -> ExitCode {
        let answer = try invoked.remote().get("/ops/cdc")
        var text = "\(answer.cell("job")): \(answer.cell("state")), slot \(answer.cell("slot")) \(answer.cell("condition"))\n"
        func line(_ name: String, _ value: String) { if !value.isEmpty { text += "  \(name): \(value)\n" } }
        line("committed", answer.cell("position"))
        line("confirmed to the server", answer.cell("confirmed"))
        line("behind", "\(answer.cell("lag_bytes")) bytes, \(answer.cell("lag_seconds")) s")
        line("log kept by the server", "\(answer.cell("retained_bytes")) bytes")
        line("more before the slot may be lost", answer["safe_bytes"]?.integer.map { "\($0) bytes" } ?? "")
        line("last failure", answer["last_failure"].map { "\($0.cell("at")) \($0.cell("reason"))" } ?? "")
        line("problem", answer.cell("problem"))
        let shown = invoked.show(answer, text)
        return ["LOST", "MISSING", "ENDANGERED"].contains(answer.cell("condition")) ? .refused : shown
    }

    private static func tables(_ invoked: Invoked) throws -> ExitCode {
        let answer = try invoked.remote().get("/ops/cdc/tables")
        var table = TextTable([
            .text("TABLE"), .text("TOPIC"), .text("STATE"), .text("IDENTITY"), .text("KEY"), .number("ROWS"), .number("BYTES"),
        ])
        for row in answer["tables"]?.array ?? [] {
            let state = row["exists"]?.bool != true ? "missing" : row["published"]?.bool == true ? "captured" : "not published"
            let key = (row["key"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            table.append([row.cell("name"), row.cell("topic"), state, row.cell("identity"), key, row.cell("rows"), row.cell("bytes")])
        }
        return invoked.show(answer, table.text(width: invoked.terminal.width))
    }

    private static func snapshot(_ invoked: Invoked) throws -> ExitCode {
        let names = invoked.arguments.all("TABLE")
        let body = names.isEmpty ? JSON.object([]) : JSON.object(["tables": .array(names.map { .string($0) })])
        let answer = try invoked.remote().post("/ops/cdc/snapshot", body.compact)
        let asked = (answer["asked"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
        return invoked.show(answer, "asked for \(asked) at \(answer.cell("position"))\n")
    }
}
