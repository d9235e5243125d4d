internal import Dispatch
internal import Foundation
internal import ServiceLifecycle

/// Work that comes round again and again, on a thread of its own that may block.
final class PeriodicService: Service {
    let name: String
    private let interval: DispatchTimeInterval
    private let work: @Sendable () -> Void
    private let last: @Sendable () -> Void
    private let wish = DispatchSemaphore(value: 0)
    private let ended = StopGate()

    /// `work` is called every `interval`, never twice at a time, until a stop is asked for; then `last`, once.
    init(
        _ name: String, every interval: DispatchTimeInterval, last: @escaping @Sendable () -> Void = {},
        _ work: @escaping @Sendable () -> Void
    ) {
        self.name = name
        self.interval = interval
        self.work = work
        self.last = last
    }

    func run() async {
        let thread = Thread { [self] in
            while wish.wait(timeout: .now() + interval) == .timedOut { work() }
            last()
            ended.open()
        }
        thread.name = name
        thread.start()
        await ended.wait()
    }

    func stop() { wish.signal() }
}
