internal import CommandLine
internal import FleetSimulator
internal import HTTPServer
internal import ServiceLifecycle
internal import StreamCore
internal import Topology

/// `linehaul demo`: every job and a fleet that keeps them busy, in one process.
enum DemoCommand {
    private static let directory = ".linehaul/demo"
    /// How far back the fleet begins.
    private static let past = Duration.seconds(4 * 3_600)

    static let command: Command<Action> = Command(
        "demo", "runs every job with a simulated fleet, and says what to look at",
        [
            TopologyFiles.parameter,
            .option("vehicles", "N", "how many trucks (default: 20)"),
            .option("users", "N", "how many users who leave audit records (default: 25)"),
            .option("speedup", "X", "simulated seconds in a second until the fleet has caught up with the clock (default: 30)"),
        ], action: { try await demo($0) })

    private static func demo(_ invoked: Invoked) async throws -> ExitCode {
        var environment = invoked.environment
        if environment["LINEHAUL_DATA"]?.isEmpty ?? true { environment["LINEHAUL_DATA"] = directory }
        let vehicles = try invoked.arguments.int("vehicles", in: 0...100_000) ?? 20
        let users = try invoked.arguments.int("users", in: 0...100_000) ?? 25
        let system: LiveSystem
        do {
            system = try LiveSystem(
                LiveSystem.Settings(folder: try TopologyFiles.folder(invoked), environment: environment), terminal: invoked.terminal)
        } catch let failure as HTTPFailure where failure.kind == .addressInUse {
            throw CommandFailure("\(failure.reason) (LINEHAUL_LISTEN=127.0.0.1:0 takes one that is free)")
        }
        let speedup = try invoked.arguments.positiveNumber("speedup") ?? 30
        // It begins in the past, so that a morning's work is seen in the first minutes, and goes on at the clock's pace.
        let start = SystemClock.now().advanced(by: -EventTime.Span(speedup > 1 ? past : .zero))
        var settings = SimulationSettings(vehicles: vehicles, users: users, seed: 1, start: start)
        // Busier users than usual, so that an alert is seen within a minute.
        settings.userIntervalSeconds = 5
        settings.keepsTruth = false
        settings.voice = .commands
        (settings.raceShare, settings.detoursPer1000Miles) = (0.1, 15)
        let token = environment["LINEHAUL_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        let simulation = SimulationService(
            settings, into: SystemOutlet(RemoteSystem(url: system.address, token: token)),
            pace: Pacing(start: start, speedup: max(1, speedup)),
            end: nil,
            truth: nil, progress: nil)
        let (terminal, greeting, advice) = (invoked.terminal, Greeting(system), advice(system.address, vehicles, users))
        return try await system.run(with: [simulation], ready: { terminal.print(greeting.line($0) + advice) }).exitCode(terminal)
    }

    private static func advice(_ address: String, _ vehicles: Int, _ users: Int) -> String {
        let prefix = address == "http://127.0.0.1:8080" ? "" : "LINEHAUL_URL=\(address) "
        let rows = [
            ("linehaul jobs", "what runs, how far behind"),
            ("linehaul jobs show audit-anomaly", "a job, task by task"),
            ("linehaul tail tms.anomalies", "alerts as they are raised"),
            ("linehaul tail tms.vehicles.tracking --limit 3", "where trucks are"),
            ("linehaul tail tms.loads", "loads created, assigned, picked up, delivered"),
            ("linehaul tail tms.routes", "who left his way, who is back, who has arrived"),
            ("linehaul state scan audit-anomaly users --limit 5", "what a job keeps"),
            ("linehaul plan", "how it is laid out"),
        ]
        var table = TextTable([.text("In another terminal:"), .text("")])
        for (command, what) in rows { table.append([prefix + command, what]) }
        return """
            \(vehicles) trucks are on the road and \(users) users at work.
              health   \(address)/health
              jobs     \(address)/ops/jobs
              metrics  \(address)/metrics

            \(table.text())
            Control-C ends it.

            """
    }
}
