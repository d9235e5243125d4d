internal import Foundation
internal import StreamCore

/// The clock on the wall: the one place that reads it for everything that runs.
enum SystemClock {
    /// Now.
    static let now: @Sendable () -> EventTime = {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return EventTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
