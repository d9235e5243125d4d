internal import Freight
internal import Glibc
internal import StreamCore
internal import Synchronization

/// Random bytes from the system, fetched for many ids at a time: a call for each would be a good part of a short answer.
final class EntropyPool: Sendable {
    private let words = Mutex<[UInt64]>([])
    /// The system gives that many bytes at once or none.
    private static let fetched = 256 / MemoryLayout<UInt64>.size

    /// An id that nobody else gets, as text.
    func nextID(at now: EventTime) -> String { EntityID.version7(at: now, next()).description }

    /// Bytes that nobody else gets.
    func next() -> Entropy {
        words.withLock { words in
            if words.count < 2 { words = EntropyPool.fetch() }
            return Entropy(high: UInt16(truncatingIfNeeded: words.removeLast()), low: words.removeLast())
        }
    }

    private static func fetch() -> [UInt64] {
        var words = [UInt64](repeating: 0, count: fetched)
        let code = unsafe words.withUnsafeMutableBytes { unsafe getentropy($0.baseAddress, $0.count) }
        return code == 0 ? words : words.map { _ in .random(in: .min ... .max) }
    }
}
