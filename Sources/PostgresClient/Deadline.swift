internal import Dispatch

/// The moment by which an answer must have come.
struct Deadline: Sendable {
    private let end: UInt64

    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        end = DispatchTime.now().uptimeNanoseconds &+ UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds / 1_000_000_000))
    }

    /// What is left, in milliseconds, at least 0.
    var milliseconds: Int32 {
        let now = DispatchTime.now().uptimeNanoseconds
        return end <= now ? 0 : Int32(clamping: (end - now) / 1_000_000 + 1)
    }
}
