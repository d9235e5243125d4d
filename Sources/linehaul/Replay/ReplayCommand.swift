internal import CommandLine
internal import Dataflow
internal import Execution
internal import StreamCore

/// `linehaul replay JOB`: a job over files, the same plan as in production, without a log.
enum ReplayCommand {
    static let command: Command<Action> = Command(
        "replay", "runs a job over files and prints what it says; no running system is needed",
        [
            .positional("JOB", "the job"),
            .option("in", "INLET=FILE", "a file of the inlet's records, a line each; `-` is standard input", .repeated),
            .option("out", "FILE", "where output goes, `-` (default) is standard output"),
            .option("set", "NAME=VALUE", "a setting of the job, in place of the topology's", .repeated),
            .option("until", "TIME", "event time ends there, not after everything; records that happened later are left out"),
            .option(
                "format", "FORMAT", "a line is a value (default), or an object of key, value, headers and timestamp",
                choices: ["values", "records"]),
            .option("topology", "DIR", "the folder whose bindings and settings count (default: topology, where there is one)"),
        ], action: { try replay($0) })

    private static func replay(_ invoked: Invoked) throws -> ExitCode {
        let arguments = invoked.arguments
        guard let format = ReplayInput.Format(rawValue: arguments["format"] ?? "values") else {
            throw arguments.failure("format", "expected values or records, found `\(arguments["format"] ?? "")`")
        }
        let until = try arguments["until"].map { text throws(UsageFailure) in
            guard let time = EventTime(rfc3339: text) else {
                throw arguments.failure("until", "expected an instant such as 2026-03-02T06:00:00Z, found `\(text)`")
            }
            return time
        }
        let files = try arguments.pairs("in")
        if files.isEmpty { throw arguments.failure("in", "expected at least one INLET=FILE") }
        let deployment = try ReplayPlan(invoked).deployment()
        let output = try ReplayOutput(arguments["out"] ?? "-", invoked.terminal)
        let run = try LocalRun(deployment, now: SystemClock.now(), isAlone: true) { output.write($1, from: $0) }
        var inputs: [ReplayInput] = []
        for (inlet, file) in files {
            guard let binding = deployment.bindings.inlets[inlet] else {
                let known = deployment.bindings.inlets.keys.sorted()
                let hint = nearest(to: inlet, among: known).map { "did you mean \($0)?" } ?? "it has \(known.joined(separator: ", "))"
                throw CommandFailure("job \(deployment.name) has no inlet \(inlet); \(hint)")
            }
            inputs.append(try ReplayInput(inlet: inlet, file: file, format: format, isReadFirst: binding.settings.readToEnd))
        }
        var merge = InletMerge(inputs, into: run, upTo: until ?? .distantFuture, refused: { output.refuse($0, $1) })
        var progress = invoked.terminal.progress("replaying", unit: "records")
        let start = ContinuousClock.now
        do {
            while try merge.step() {
                try output.check()
                progress.update(merge.count, after: ContinuousClock.now - start)
            }
            try run.finish(upTo: until ?? .distantFuture)
            try output.finish()
        } catch {
            progress.finish()
            throw error
        }
        progress.finish()
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        invoked.terminal.note(summary(merge.count, output.counts, elapsed))
        return .done
    }

    private static func summary(_ count: Int, _ outlets: [String: Int], _ seconds: Double) -> String {
        let written = outlets.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let rate = seconds > 0 ? Int(Double(count) / seconds) : count
        let result = written.isEmpty ? "nothing came out" : written
        return "\(counted(count, "record")) in \(Int(seconds * 1_000)) ms (\(rate) a second): \(result)"
    }
}
