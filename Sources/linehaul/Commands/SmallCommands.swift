internal import CommandLine
internal import StreamCore

/// `linehaul version`.
enum VersionCommand {
    static let command: Command<Action> = Command(
        "version", "prints the version",
        action: { invoked in
            invoked.terminal.print(
                invoked.wantsJSON ? JSON.object(["version": .string(Program.version)]).description + "\n" : "linehaul \(Program.version)\n")
            return .done
        })
}

/// `linehaul health`: what a running system says of itself; what a container's health check runs.
enum HealthCommand {
    static let command: Command<Action> = Command(
        "health", "says how the running system is; ends with 1 where it does not work",
        [.flag("live", "asks only whether the process is there, not what it leans on")],
        action: { invoked in
            let (isWell, health) = try invoked.remote().health(invoked.arguments.has("live") ? "/health/live" : "/health")
            var text = "\(health.cell("status"))\n"
            for dependency in health["dependencies"]?.members ?? [] {
                let latency = dependency.value["latency_ms"].map { ", \($0) ms" } ?? ""
                let detail = dependency.value["detail"]?.string.map { ": \($0)" } ?? ""
                text += "  \(dependency.name): \(dependency.value.cell("status"))\(latency)\(detail)\n"
            }
            _ = invoked.show(health, text)
            return isWell ? .done : .refused
        })
}

/// `linehaul completion bash|zsh|fish`.
enum CompletionCommand {
    private static let shells = Shell.allCases.map(\.rawValue)

    static let command: Command<Action> = Command(
        "completion", "prints a script that completes commands in a shell",
        [.positional("SHELL", "the shell", choices: shells)],
        action: { invoked in
            guard let shell = Shell(rawValue: try invoked.arguments.required("SHELL")) else {
                throw invoked.arguments.failure("SHELL", "expected \(shells.joined(separator: ", "))")
            }
            invoked.terminal.print(CommandTable.root.completion(for: shell))
            return .done
        })
}
