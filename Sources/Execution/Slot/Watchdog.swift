internal import Dispatch
internal import Foundation
internal import Synchronization

/// Looks once a second whether a slot hangs in one turn of its loop. A member that hangs holds its turns while nobody runs their tasks.
///
/// It counts its own looks and asks no clock: a process that was stopped and goes on has not hung.
final class Watchdog: Sendable {
    /// How often a slot has begun and ended a turn: odd within one.
    final class Pulse: Sendable {
        private let beats = Atomic<Int>(0)
        func beat() { beats.add(1, ordering: .relaxed) }
        var count: Int { beats.load(ordering: .relaxed) }
    }

    private let stopping = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Watches `pulses`, a slot's each; `onHang` is called once, with the slot, when one has been in one turn for `limit` looks.
    init(over pulses: [Pulse], limit: Int, every interval: Duration = .seconds(1), onHang: @escaping @Sendable (Int) -> Void) {
        let wait = Int(interval / .microseconds(1))
        let thread = Thread { [stopping, ended] in
            var looks = pulses.map { (seen: $0.count, times: 0) }
            while stopping.wait(timeout: .now() + .microseconds(wait)) == .timedOut {
                for (slot, pulse) in pulses.enumerated() {
                    let count = pulse.count
                    let isSame = count == looks[slot].seen && count % 2 == 1
                    looks[slot] = (count, isSame ? looks[slot].times + 1 : 0)
                    if looks[slot].times == limit { onHang(slot) }
                }
            }
            ended.signal()
        }
        thread.name = "watchdog"
        thread.start()
    }

    /// Ends it and waits for that.
    func stop() {
        stopping.signal()
        ended.wait()
    }
}
