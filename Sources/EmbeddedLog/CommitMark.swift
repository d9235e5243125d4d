internal import EventLog
internal import Glibc
internal import StreamCore

/// The file `HEAD`: the number of the newest acknowledged commit, kept beside the database and not in it.
///
/// It is written after a commit is durable and never synced, so it can only lag. Where it is ahead of the database, acknowledged
/// commits are gone, however cleanly the database opened: a write-ahead log that was removed or cut between two records looks whole.
@safe final class CommitMark: Sendable {
    private let descriptor: Int32
    /// What the file said when it was opened; 0 for nothing readable.
    let found: UInt64

    init(_ directory: String) throws(LogFailure) {
        let path = "\(directory)/HEAD"
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        descriptor = file
        guard descriptor >= 0 else {
            throw LogFailure(
                .refused, "opening log directory \(directory): cannot write \(path): \(SystemFile.lastError); check its owner and mode")
        }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file, $0.baseAddress, $0.count, 0) }
        let commit = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        found = count == 16 && bytes == Self.encode(commit) ? commit : 0
    }

    deinit { Glibc.close(descriptor) }

    /// Notes that `commit` is durable.
    func write(_ commit: UInt64) {
        _ = unsafe Self.encode(commit).withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func encode(_ commit: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: 16)
        writer.word(commit)
        writer.word(xxh3(writer.bytes))
        return writer.bytes
    }
}
