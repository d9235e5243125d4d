internal import Dispatch
internal import Glibc

/// The moment by which a call must have answered.
struct Deadline: Sendable {
    private let end: UInt64

    init(_ duration: Duration) { end = DispatchTime.now().uptimeNanoseconds + UInt64(max(0, duration.milliseconds)) * 1_000_000 }

    /// What is left, at least 0: librdkafka's unit of time.
    var milliseconds: Int32 {
        let now = DispatchTime.now().uptimeNanoseconds
        return end <= now ? 0 : Int32(clamping: (end - now) / 1_000_000 + 1)
    }

    var hasPassed: Bool { DispatchTime.now().uptimeNanoseconds >= end }

    /// Waits a little before another try; `false` when there is no time for one.
    func pause(milliseconds: UInt32 = 50) -> Bool {
        if hasPassed { return false }
        usleep(milliseconds * 1_000)
        return true
    }
}

extension Duration {
    /// In whole milliseconds, clamped to what fits.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? (seconds < 0 ? .min : .max) : Int(product) + Int(attoseconds / 1_000_000_000_000_000)
    }
}
