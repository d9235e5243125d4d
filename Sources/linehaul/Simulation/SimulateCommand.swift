internal import CommandLine
internal import FleetSimulator
internal import ServiceLifecycle
internal import StreamCore

/// `linehaul simulate`: a fleet on the road, published to the running system or written to files.
enum SimulateCommand {
    static let command: Command<Action> = Command(
        "simulate", "publishes what a simulated fleet and its users do",
        [
            .option("vehicles", "N", "how many trucks (default: 20)"),
            .option("users", "N", "how many users who leave audit records (default: 20)"),
            .option(
                "speedup", "X",
                "simulated seconds in a second (default: 1); above 1 it begins in the past and goes on at 1 once it has caught up"),
            .option("seed", "S", "the same seed and start give the same fleet (default: 1)"),
            .option("for", "TIME", "ends after so much simulated time, such as 2h (default: not; with --to 1h)"),
            .option("start", "TIME", "the simulated instant at which it begins"),
            .option("truth", "FILE", "writes what a perfect detector would have said, at the end"),
            .option(
                "as", "VOICE",
                "what it says: commands, for a system whose jobs own the fleet (default), or the events that they would say (default with --to)",
                choices: SimulatedVoice.allCases.map(\.rawValue)),
            .option("races", "SHARE", "assignments that are raced on purpose, in percent (default: 5)"),
            .option("to", "DIR", "writes a file of lines for each topic instead, as fast as it goes"),
            .option(
                "format", "FORMAT", "a line of --to is a value (default), or an object of key, value, headers and timestamp",
                choices: ["values", "records"]),
        ], action: { try await simulate($0) })

    private static let usualFileSpan = Duration.seconds(3_600)
    /// How far back a faster run begins where no length is given.
    private static let usualPast = Duration.seconds(86_400)

    private static func simulate(_ invoked: Invoked) async throws -> ExitCode {
        let arguments = invoked.arguments
        let directory = arguments["to"]
        guard let format = SimulatedLine.Format(rawValue: arguments["format"] ?? "values") else {
            throw arguments.failure("format", "expected values or records, found `\(arguments["format"] ?? "")`")
        }
        let speedup = try arguments.positiveNumber("speedup") ?? 1
        let length = try arguments.duration("for") ?? (directory == nil ? nil : usualFileSpan)
        let now = SystemClock.now()
        let start = try start(arguments) ?? begin(now, speedup, length, isFile: directory != nil)
        var settings = SimulationSettings(
            vehicles: try arguments.int("vehicles", in: 0...100_000) ?? 20, users: try arguments.int("users", in: 0...100_000) ?? 20,
            seed: UInt64(try arguments.int("seed", in: 0...Int.max) ?? 1), start: start)
        settings.keepsTruth = arguments.has("truth")
        settings.voice = arguments["as"].flatMap { SimulatedVoice(rawValue: $0) } ?? (directory == nil ? .commands : .events)
        settings.raceShare = Double(try arguments.int("races", in: 0...100) ?? 5) / 100
        try settings.check()
        let pace = Pacing(start: start, speedup: speedup)
        let outlet: any SimulationOutlet =
            try directory.map { try FileOutlet($0, format) } ?? SystemOutlet(try invoked.remote())
        let service = SimulationService(
            settings, into: outlet, pace: directory == nil ? pace : nil, end: length.map { start.advanced(by: EventTime.Span($0)) },
            truth: arguments["truth"], progress: invoked.terminal.progress("simulating", unit: "records"))
        _ = try await ServiceGroup(
            [service], stopsOn: .signals([.interrupt, .terminate]), drainLimit: .seconds(10), clock: ContinuousClock(),
            leave: { leave($0) }
        ).run()
        let count = service.count
        return invoked.show(
            .object(["records": .integer(Int64(count)), "start": .string(start.rfc3339)]), "\(count) records from \(start) on\n")
    }

    private static func start(_ arguments: Arguments) throws(UsageFailure) -> EventTime? {
        guard let text = arguments["start"] else { return nil }
        guard let time = EventTime(rfc3339: text) else {
            throw arguments.failure("start", "expected an instant such as 2026-03-02T06:00:00Z, found `\(text)`")
        }
        return time
    }

    /// Where to begin so that no event time ever lies ahead of the clock.
    private static func begin(_ now: EventTime, _ speedup: Double, _ length: Duration?, isFile: Bool) -> EventTime {
        let span = length ?? usualPast
        if isFile { return now.advanced(by: -EventTime.Span(span)) }
        guard speedup > 1 else { return now }
        return now.advanced(by: -EventTime.Span(span * (1 - 1 / speedup)))
    }
}
