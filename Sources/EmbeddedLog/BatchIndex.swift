internal import EventLog
internal import RocksDB
internal import StreamCore

/// The index of one partition's stored batches, as it was when this was made. Walked for searches, retention and compaction.
struct BatchIndex {
    private let cursor: Cursor
    private let partition: PartitionState

    init(_ database: Database, _ partition: PartitionState) {
        cursor = Cursor(
            over: database, lower: LogKey.index(partition.id, .zero), upper: LogKey.index(partition.id, Offset(.max)), fillsCache: true)
        self.partition = partition
    }

    /// The entry of the batch that covers `offset` or, in its absence, the one before it.
    func covering(_ offset: Offset) throws(LogFailure) -> IndexEntry? {
        cursor.seekForPrevious(LogKey.index(partition.id, offset))
        return try current()
    }

    /// The entry of the batch that covers `offset`, or the first behind it.
    func from(_ offset: Offset) throws(LogFailure) -> IndexEntry? {
        if let entry = try covering(offset), entry.next > offset { return entry }
        cursor.seek(LogKey.index(partition.id, offset))
        return try current()
    }

    func last() throws(LogFailure) -> IndexEntry? {
        cursor.seekToLast()
        return try current()
    }

    /// The entry behind the one that was returned last.
    func next() throws(LogFailure) -> IndexEntry? {
        guard cursor.isValid else { return nil }
        cursor.next()
        return try current()
    }

    /// The entry before the one that was returned last.
    func previous() throws(LogFailure) -> IndexEntry? {
        guard cursor.isValid else { return nil }
        cursor.previous()
        return try current()
    }

    private func current() throws(LogFailure) -> IndexEntry? {
        guard cursor.isValid else {
            try stored("walking the index of \(partition.name)") { () throws(RocksDBFailure) in try cursor.check() }
            return nil
        }
        return try decoded("the index of \(partition.name)") { () throws(DecodeFailure) in
            guard let base = unsafe cursor.withKey({ unsafe LogKey.base($0) }) else { throw DecodeFailure("a key of the wrong length") }
            return try unsafe cursor.withValue { bytes throws(DecodeFailure) in
                try unsafe ByteReader.read(bytes) { reader throws(DecodeFailure) in try IndexEntry(base: base, &reader) }
            }
        }
    }
}
