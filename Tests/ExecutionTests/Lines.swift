internal import Synchronization

/// What an engine has logged.
final class Lines: Sendable {
    private let text = Mutex("")
    func add(_ bytes: some Sequence<UInt8>) { text.withLock { $0 += String(decoding: Array(bytes), as: UTF8.self) } }
    /// How many lines hold a text.
    func count(_ part: String) -> Int { text.withLock { text in text.split(separator: "\n").count { $0.contains(part) } } }
}
