internal import EventLog
internal import RocksDB
internal import StreamCore

/// What an opened database says about the log in it, checked as far as that costs next to nothing.
struct LoadedLog {
    var topics: [TopicEntry] = []
    var commit: UInt64 = 0
    var era: UInt64 = 0

    init(_ database: Database, _ directory: String) throws(LogFailure) {
        let doing = "opening log directory \(directory)"
        commit = try Self.word(database, LogKey.head, doing) ?? 0
        try checkEras(database, doing)
        let cursor = Cursor(over: database, lower: LogKey.topics.lower, upper: LogKey.topics.upper)
        cursor.seekToFirst()
        while cursor.isValid {
            let id = unsafe cursor.withKey { key in
                unsafe key.count == 5 ? UInt32(bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt32.self)) : 0
            }
            let spec = try decoded("\(doing): the declaration of topic number \(id)") { () throws(DecodeFailure) in
                try unsafe cursor.withValue { bytes throws(DecodeFailure) in
                    try unsafe ByteReader.read(bytes) { reader throws(DecodeFailure) in try TopicRecord.decode(&reader) }
                }
            }
            var partitions: [PartitionState] = []
            for number in 0..<spec.partitions {
                let id = PartitionID(topic: id, partition: UInt32(number))
                let name = TopicPartition(spec.name, Partition(number))
                partitions.append(PartitionState(id, name, try Self.record(id, name, database, doing)))
            }
            topics.append(TopicEntry(id: id, spec: spec, partitions: partitions))
            cursor.next()
        }
        try stored(doing) { () throws(RocksDBFailure) in try cursor.check() }
    }

    /// Every memtable's worth of commits announced itself; a number that is missing is a stretch of commits that is gone.
    private mutating func checkEras(_ database: Database, _ doing: String) throws(LogFailure) {
        let cursor = Cursor(over: database, lower: LogKey.eras.lower, upper: LogKey.eras.upper)
        cursor.seekToFirst()
        var first: UInt64?
        var previous: UInt64?
        while cursor.isValid {
            let number = unsafe cursor.withKey { key in
                unsafe key.count == 9 ? UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt64.self)) : 0
            }
            first = first ?? number
            if let previous, number != previous + 1 {
                throw LogFailure(
                    .damaged,
                    "\(doing): commits between eras \(previous) and \(number) are gone: its MANIFEST or one of its write-ahead logs "
                        + "(*.log) was lost or cut; \(LogFailure.damageAdvice)")
            }
            previous = number
            cursor.next()
        }
        try stored(doing) { () throws(RocksDBFailure) in try cursor.check() }
        era = previous ?? 0
        if let first, first > 1, era - first + 1 < Era.kept {
            throw LogFailure(
                .damaged, "\(doing): everything before era \(first) is gone: its MANIFEST was cut; \(LogFailure.damageAdvice)")
        }
    }

    private static func record(
        _ id: PartitionID, _ name: TopicPartition, _ database: Database, _ doing: String
    ) throws(LogFailure) -> PartitionRecord {
        let key = LogKey.partition(id)
        let bytes = try stored(doing) { () throws(RocksDBFailure) in try database.value(for: key) }
        guard let bytes else { throw LogFailure(.damaged, "\(doing): the bounds of \(name) are missing; \(LogFailure.damageAdvice)") }
        return try decoded("\(doing): the bounds of \(name)") { () throws(DecodeFailure) in
            try ByteReader.read(bytes) { reader throws(DecodeFailure) in try PartitionRecord(&reader) }
        }
    }

    private static func word(_ database: Database, _ key: [UInt8], _ doing: String) throws(LogFailure) -> UInt64? {
        guard let bytes = try stored(doing, { () throws(RocksDBFailure) in try database.value(for: key) }) else { return nil }
        return try decoded("\(doing): the number of the last commit") { () throws(DecodeFailure) in
            try ByteReader.read(bytes) { reader throws(DecodeFailure) in try reader.word() }
        }
    }
}
