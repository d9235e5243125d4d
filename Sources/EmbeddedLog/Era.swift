internal import StreamCore

/// A memtable's worth of commits. Each one's first commit writes its number, so that a stretch of the log which is gone is noticed.
struct Era {
    let number: UInt64
    /// Whether its number has been written.
    var isAnnounced: Bool
    var bytes: Int

    /// How many eras stay known: far more than a lost stretch of files could span without RocksDB missing one of them.
    static let kept: UInt64 = 4_096

    static func encode(first commit: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: 8)
        writer.word(commit)
        return writer.bytes
    }
}
