internal import CommandLine
internal import Glibc
internal import StreamCore

/// `linehaul publish TOPIC`: a record from each line of standard input.
enum PublishCommand {
    private static let formats = ["values", "records"]

    static let command: Command<Action> = Command(
        "publish", "writes a record from each line of standard input; returns when all are durable",
        [
            .positional("TOPIC", "the topic"),
            .option("format", "FORMAT", "a line is a value (default), or an object of key, value, headers and timestamp", choices: formats),
            .option("key", "K", "the key of every record"),
        ], action: { try publish($0) })

    private static func publish(_ invoked: Invoked) throws -> ExitCode {
        let topic = try invoked.arguments.required("TOPIC")
        let format = invoked.arguments["format"] ?? "values"
        guard formats.contains(format) else {
            throw invoked.arguments.failure("format", "expected \(formats.joined(separator: " or ")), found `\(format)`")
        }
        let publisher = Publisher(try invoked.remote(), topic: topic, format: format, key: invoked.arguments["key"])
        var lines = InputLines(file: STDIN_FILENO)
        var progress = invoked.terminal.progress("publishing", unit: "records")
        defer { progress.finish() }
        let start = ContinuousClock.now
        var (count, line) = (0, 1)
        do {
            while let chunk = try lines.next(upTo: Publisher.largestRequest) {
                count += try publisher.send(chunk.bytes, firstLine: line)
                line += chunk.lines
                progress.update(count, after: ContinuousClock.now - start)
            }
        } catch {
            progress.finish()
            throw CommandFailure(count == 0 ? "\(error)" : "\(error) (\(count) records of the lines before were published)")
        }
        progress.finish()
        return invoked.show(
            .object(["topic": .string(topic), "count": .integer(Int64(count))]), "\(counted(count, "record")) published to \(topic)\n")
    }
}
