internal import CommandLine
internal import StreamCore

/// A measurement that `linehaul bench` can make.
struct Benchmark: Sendable {
    /// What selects it.
    let name: String
    /// What it measures, in a line.
    let summary: String
    /// Measures, with settings as `--set` gave them; the figures.
    let run: @Sendable (_ settings: [String: String], _ terminal: Terminal) async throws -> JSON
}

/// `linehaul bench NAME`: figures of this machine.
enum BenchCommand {
    static let command: Command<Action> = Command(
        "bench", "measures this machine",
        [
            .positional("NAME", "what to measure; left out, the names are listed", .optional, choices: benchmarks.map(\.name)),
            .option("set", "NAME=VALUE", "a setting of the measurement", .repeated),
        ], action: { try await bench($0) })

    private static func bench(_ invoked: Invoked) async throws -> ExitCode {
        guard let name = invoked.arguments["NAME"] else {
            var table = TextTable([.text("NAME"), .text("WHAT IT MEASURES")])
            for benchmark in benchmarks { table.append([benchmark.name, benchmark.summary]) }
            let list = benchmarks.map { JSON.object(["name": .string($0.name), "summary": .string($0.summary)]) }
            return invoked.show(.object(["benchmarks": .array(list)]), table.text(width: invoked.terminal.width))
        }
        guard let benchmark = benchmarks.first(where: { $0.name == name }) else {
            let hint = nearest(to: name, among: benchmarks.map(\.name)).map { "did you mean \($0)?" } ?? "`linehaul bench` lists them"
            throw CommandFailure("there is no benchmark \(name); \(hint)")
        }
        let settings = Dictionary(try invoked.arguments.pairs("set").map { ($0.left, $0.right) }) { _, last in last }
        let figures = try await benchmark.run(settings, invoked.terminal)
        var table = TextTable([.text("FIGURE"), .number("VALUE")])
        for member in figures.members ?? [] { table.append([member.name, figures.cell(member.name)]) }
        return invoked.show(figures, table.text(width: invoked.terminal.width))
    }
}
