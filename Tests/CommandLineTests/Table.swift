import CommandLine

/// A table with one of everything.
enum Act: Hashable, Sendable { case run, list, show, get, scan, replay, publish }

let table = Command<Act>(
    "haul", "a stream processor", [.flag("json", "prints JSON", short: "j")],
    verbs: [
        Command(
            "run", "runs every job of a folder",
            [.positional("DIR", "the folder (default topology/)", .optional), .flag("watch", "follows changes of its files")],
            action: .run),
        Command(
            "jobs", "the jobs of a running system",
            verbs: [
                Command("list", "lists them", action: .list),
                Command("show", "says what one does", [.positional("JOB", "its name")], action: .show),
            ], otherwise: "list"),
        Command(
            "state", "what a job's tasks hold",
            verbs: [
                Command(
                    "get", "prints the value of a key",
                    [.positional("JOB", "the job"), .positional("STORE", "the store"), .positional("KEY", "the key")], action: .get),
                Command(
                    "scan", "prints the keys of a store",
                    [
                        .positional("JOB", "the job"), .positional("STORE", "the store"),
                        .option("prefix", "P", "only keys that begin so"), .option("limit", "N", "at most so many", short: "n"),
                        .option("from", "WHERE", "where to begin", choices: ["earliest", "latest"]),
                    ], action: .scan),
            ]),
        Command(
            "replay", "runs a job over files, bounded, without a broker",
            [
                .positional("JOB", "the job"), .option("in", "INLET=FILE", "the records of an inlet", .repeated),
                .option("out", "FILE", "where the output goes; - is standard output"), .option("set", "K=V", "a setting", .repeated),
                .option("limit", "D", "the longest run", .once),
            ], action: .replay),
        Command(
            "publish", "writes values", [.positional("TOPIC", "the topic"), .positional("FILE", "the files", .repeated)],
            action: .publish),
    ])

func parsed(_ line: String) throws(UsageFailure) -> (action: Act, arguments: Arguments)? {
    guard case .run(let action, let arguments) = try table.parse(line.split(separator: " ").map(String.init)) else { return nil }
    return (action, arguments)
}

func help(_ line: String) throws(UsageFailure) -> String? {
    guard case .help(let text) = try table.parse(line.split(separator: " ").map(String.init)) else { return nil }
    return text
}

func refusal(_ line: String) -> String? {
    do {
        _ = try parsed(line)
        return nil
    } catch {
        return error.description
    }
}
