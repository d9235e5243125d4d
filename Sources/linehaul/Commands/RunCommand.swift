internal import CommandLine
internal import Topology

/// `linehaul run [DIR] [--watch]`: every job of a folder, until it is told to stop.
enum RunCommand {
    static let command: Command<Action> = Command(
        "run", "runs every job of a topology folder",
        [
            .positional("DIR", "the folder (default: topology)", .optional),
            .flag("watch", "applies the folder again whenever a file in it changes"),
            .flag("replace", "has the whole cluster run the folder, whatever was applied to it before"),
        ], action: { try await run($0) })

    private static func run(_ invoked: Invoked) async throws -> ExitCode {
        let directory = invoked.arguments["DIR"] ?? TopologyFiles.usualDirectory
        let system = try LiveSystem(
            LiveSystem.Settings(
                folder: try TopologyFolder(directory: directory), environment: invoked.environment,
                watched: invoked.arguments.has("watch") ? directory : nil, replaces: invoked.arguments.has("replace")),
            terminal: invoked.terminal)
        let terminal = invoked.terminal
        let greeting = Greeting(system)
        return try await system.run(ready: { terminal.print(greeting.line($0)) }).exitCode(terminal)
    }
}

/// What is said once a system serves.
struct Greeting: Sendable {
    private let address: String
    private let data: String

    init(_ system: LiveSystem) {
        address = system.address
        data = system.topology.cluster.data
    }

    /// The line for those jobs.
    func line(_ names: [String]) -> String {
        let jobs = names.isEmpty ? "no jobs" : "\(counted(names.count, "job")): \(names.joined(separator: ", "))"
        return "linehaul \(Program.version) serves at \(address), data in \(data); \(jobs)\n"
    }
}

extension LiveSystem.ExitStatus {
    /// What the shell is told.
    func exitCode(_ terminal: Terminal) -> ExitCode {
        guard case .cut(let services) = self else { return .done }
        terminal.complain("stopped before \(services.joined(separator: ", ")) had drained; the next start takes up from the last commit")
        return .refused
    }
}
