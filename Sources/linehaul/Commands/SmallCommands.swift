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
