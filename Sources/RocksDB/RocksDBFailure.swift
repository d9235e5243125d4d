/// Why RocksDB did not do what it was asked, in its own words behind what was being done.
public struct RocksDBFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure, as far as callers act on it.
    public enum Kind: Hashable, Sendable {
        /// Another database object, here or in another process, has the directory open.
        case lockHeld
        /// What is stored does not match its checksum, or a file that must be there is not.
        case corruption
        /// The disk or file system failed.
        case ioError
        /// The disk is full.
        case noSpace
        /// Anything else; a bug of ours or of RocksDB's.
        case other
    }

    /// What kind of failure.
    public let kind: Kind
    /// What was being done and what RocksDB said: "opening …: Corruption: …".
    public let message: String

    /// A failure of that kind.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }

    /// The failure that RocksDB's text stands for: its C interface gives no codes.
    init(_ doing: String, said text: String) {
        let kind: Kind
        if text.contains("No space left on device") || text.hasPrefix("IO error: No space") {
            kind = .noSpace
        } else if text.contains("lock hold by current process") || text.contains("While lock file") {
            kind = .lockHeld
        } else if text.hasPrefix("Corruption") || text.contains("No such file or directory") {
            kind = .corruption
        } else if text.hasPrefix("IO error") {
            kind = .ioError
        } else {
            kind = .other
        }
        // A sorted file that is missing is reported by the name that old versions gave it.
        self.init(kind, "\(doing): \(text.replacing(".ldb", with: ".sst"))")
    }
}
