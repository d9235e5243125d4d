internal import CommandLine
internal import Dispatch
internal import FleetSimulator
internal import Foundation
internal import ServiceLifecycle
internal import StreamCore
internal import Synchronization

/// Lives a simulated fleet forward, on a thread of its own, until its end or until it is stopped.
final class SimulationService: Service {
    let name = "simulation"
    private let settings: SimulationSettings
    private let outlet: any SimulationOutlet
    private let pace: Pacing?
    private let end: EventTime
    private let truth: String?
    private let progress: ProgressLine?
    private let wish = DispatchSemaphore(value: 0)
    private let published = Atomic<Int>(0)
    private let failure = Mutex<(any Error)?>(nil)
    private let ended = StopGate()

    /// How often records are published.
    private static let tick = DispatchTimeInterval.milliseconds(100)
    /// How much simulated time goes by at once where nothing paces it.
    private static let stride = EventTime.Span(microseconds: 60_000_000)
    /// What creates the fleet is published before all else, and given time to be done.
    private static let founding = EventTime.Span(microseconds: 1_500_000)
    private static let foundingTime = DispatchTimeInterval.seconds(1)

    /// A fleet that publishes into `outlet`: at that pace, never ahead of the clock, or without one as fast as it goes.
    init(
        _ settings: SimulationSettings, into outlet: any SimulationOutlet, pace: Pacing?, end: EventTime?, truth: String?,
        progress: ProgressLine?
    ) {
        self.settings = settings
        self.outlet = outlet
        self.pace = pace
        self.end = end ?? .distantFuture
        self.truth = truth
        self.progress = progress
    }

    /// How many records were published so far.
    var count: Int { published.load(ordering: .relaxed) }

    func run() async throws {
        let thread = Thread { [self] in
            do {
                try live()
            } catch {
                failure.withLock { $0 = error }
            }
            ended.open()
        }
        thread.name = name
        thread.start()
        await ended.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    func stop() { wish.signal() }

    private func live() throws {
        var simulation = FleetSimulation(settings: settings)
        var progress = progress
        var instant = settings.start
        if pace != nil, settings.voice == .commands {
            instant = instant.advanced(by: SimulationService.founding)
            try outlet.take(simulation.advance(to: instant))
            if wish.wait(timeout: .now() + SimulationService.foundingTime) == .success { return try outlet.finish() }
        }
        let began = ContinuousClock.now
        while instant < end {
            let wait: DispatchTime = pace == nil ? .now() : .now() + SimulationService.tick
            if wish.wait(timeout: wait) == .success { break }
            let elapsed = ContinuousClock.now - began
            instant = min(
                end, pace.map { min($0.instant(after: elapsed), SystemClock.now()) } ?? instant.advanced(by: SimulationService.stride))
            let records = simulation.advance(to: instant)
            if !records.isEmpty { try outlet.take(records) }
            published.add(records.count, ordering: .relaxed)
            progress?.update(count, after: elapsed)
        }
        progress?.finish()
        try outlet.finish()
        if let truth {
            let lines = simulation.truthLines().reduce(into: [UInt8]()) { $0 += $1 + [UInt8(ascii: "\n")] }
            try Data(lines).write(to: URL(fileURLWithPath: truth))
        }
    }
}
