internal import Synchronization

/// A number that only rises: records read, bytes written. A handle on a series of the registry; copies count together.
///
/// Whoever counts keeps the handle and calls it once a batch; a call is one atomic addition.
public struct Counter: Sendable {
    let cell: Cell

    /// Adds `amount`, which is not negative.
    public func add(_ amount: Int = 1) {
        precondition(amount >= 0, "a counter never falls")
        cell.bits.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    /// What has been counted so far.
    public var value: Int { Int(truncatingIfNeeded: cell.bits.load(ordering: .relaxed)) }
}

/// A number that rises and falls: bytes in a cache, seconds of lag. A handle on a series of the registry; copies share it.
public struct Gauge: Sendable {
    let cell: Cell

    /// Replaces the value.
    public func set(_ value: Double) { cell.bits.store(value.bitPattern, ordering: .relaxed) }

    /// Adds `amount`, which may be negative.
    public func add(_ amount: Double) { cell.addDouble(amount) }

    /// The present value.
    public var value: Double { Double(bitPattern: cell.bits.load(ordering: .relaxed)) }
}

/// How often a quantity fell into each of some fixed ranges: commit times, batch sizes. A handle on a series; copies share it.
public struct Histogram: Sendable {
    let buckets: Buckets

    /// Counts `value`, `count` times over: two atomic additions and a search among the bounds.
    public func observe(_ value: Double, count: Int = 1) {
        precondition(count >= 0, "a histogram never falls")
        let index = buckets.bounds.firstIndex { value <= $0 } ?? buckets.bounds.count
        buckets.counts[index].bits.wrappingAdd(UInt64(count), ordering: .relaxed)
        buckets.sum.addDouble(value * Double(count))
    }

    /// Counts a length of time, in seconds.
    public func observe(_ duration: Duration) { observe(duration / .seconds(1)) }

    /// Bounds for times from 1 ms to 30 s, in seconds.
    public static let secondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
}

/// One atomic number with an address of its own, so that handles can share it.
final class Cell: Sendable {
    let bits = Atomic<UInt64>(0)

    func addDouble(_ amount: Double) {
        var seen = bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: seen) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: seen, desired: sum, ordering: .relaxed)
            if exchanged { return }
            seen = original
        }
    }
}

/// A histogram's numbers: one count for each upper bound and one for what lies above the last.
final class Buckets: Sendable {
    let bounds: [Double]
    let counts: [Cell]
    let sum = Cell()

    init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = (0...bounds.count).map { _ in Cell() }
    }
}
