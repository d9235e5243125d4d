internal import CommandLine

/// Every verb of the program: what is parsed, helped with and completed.
enum CommandTable {
    static let root: Command<Action> = Command(
        "linehaul", "a stream processor and a transportation management system on it",
        [
            .option("url", "URL", "the running system (LINEHAUL_URL, else http://127.0.0.1:8080)"),
            .flag("json", "prints JSON"),
        ],
        verbs: [
            RunCommand.command, DemoCommand.command, CheckCommand.command, PlanCommand.command, ApplyCommand.command, JobsCommand.command,
            StateCommand.command, SavepointCommand.command,
            TopicsCommand.command, TailCommand.command, PublishCommand.command, DeadLetterCommand.command, ReplayCommand.command,
            CaptureCommand.command, KeysCommand.command, SimulateCommand.command,
            BenchCommand.command, HealthCommand.command, VersionCommand.command,
            CompletionCommand.command,
        ])
}
