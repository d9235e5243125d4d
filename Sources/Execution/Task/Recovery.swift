internal import EventLog
internal import KeyedState
internal import StreamCore

/// Brings a task's store up to its last committed epoch (design.md section 4): the changelog is the truth, the store a copy that trails.
struct Recovery {
    let log: any EventLog
    let task: TaskID
    let store: any TaskStore
    /// The time on the wall.
    let now: EventTime
    /// From which age on tombstones may be missing from what a store would replay.
    let oldestStore: EventTime.Span

    /// Reads the changelog from where the store stands, and returns the marker to resume from; `nil` for a task that never committed.
    func run() throws(StageFailure) -> Marker? {
        let committed = try asking { () throws(LogFailure) in try log.committedEpochs(of: [task.turn])[task.turn] }
        let bounds = try asking { () throws(LogFailure) in try log.bounds(of: task.changelog) }
        if store.changelogPosition == nil { try store.clear() }
        let isOld = try isTooOld()
        if let position = store.changelogPosition, position < bounds.start || position > bounds.end || isOld {
            // The store is of another log, or older than what compaction left: the changelog alone is believed.
            try store.clear()
        }
        var marker = try storedMarker()
        let start = store.changelogPosition ?? bounds.start
        if let committed, let marker, marker.epoch >= committed { return marker }
        if let replayed = try replay(from: start, to: committed, after: marker) { marker = replayed }
        if let committed, marker?.epoch ?? .none < committed {
            throw StageFailure(
                "recovering \(task): its turn says epoch \(committed) has committed, its changelog ends at "
                    + "\(marker.map { "epoch \($0.epoch)" } ?? "none"); either that commit is still settling, or the changelog has lost records",
                blame: .system, remedy: .retry)
        }
        return marker
    }

    /// Deletions that the store has not seen may have been compacted away.
    private func isTooOld() throws(StageFailure) -> Bool {
        guard let marker = try storedMarker() else { return false }
        return now.since(marker.at) > oldestStore
    }

    private func storedMarker() throws(StageFailure) -> Marker? {
        try unsafe store.withRow(Marker.key) { row throws(StageFailure) in
            guard let row = unsafe row else { return nil }
            return try decoded(unsafe Array(row))
        }
    }

    private func decoded(_ bytes: [UInt8]) throws(StageFailure) -> Marker {
        do throws(DecodeFailure) {
            return try Marker(bytes)
        } catch {
            throw StageFailure("recovering \(task): reading a marker: \(error)", blame: .system, remedy: .stop)
        }
    }

    /// Applies whole epochs only: rows gather until their marker arrives.
    private func replay(from start: Offset, to committed: Epoch?, after known: Marker?) throws(StageFailure) -> Marker? {
        let reader = try asking { () throws(LogFailure) in try log.makeReader(waking: {}) }
        defer { reader.close() }
        try asking { () throws(LogFailure) in try reader.assign(task.changelog, from: start) }
        var last = known
        var rows = RowWrites()
        var digest = EpochDigest()
        var next = start
        while let batch = try asking({ () throws(LogFailure) in try reader.next(task.changelog, upTo: 1 << 20) }) {
            for index in 0..<batch.count {
                let hasGap = batch.offset(index) != next
                next = batch.offset(index).advanced(by: 1)
                if hasGap { digest.isWhole = false }
                guard Marker.isMarker(index, of: batch) else {
                    rows.set(index, of: batch)
                    digest.add(index, of: batch)
                    // A rebuild may hold more than memory should: an unfinished store begins anew anyway.
                    if store.changelogPosition == nil, rows.byteCount > Recovery.part {
                        try store.write(rows, changelogPosition: nil)
                        rows = RowWrites()
                    }
                    continue
                }
                let marker = try decoded(batch.record(index).value ?? [])
                try check(marker, after: last, digest)
                rows.set(index, of: batch)
                try store.write(rows, changelogPosition: next)
                (last, rows, digest) = (marker, RowWrites(), EpochDigest())
            }
        }
        return last
    }

    /// How many bytes a rebuild writes at once.
    private static let part = 16 << 20

    private func check(_ marker: Marker, after last: Marker?, _ digest: EpochDigest) throws(StageFailure) {
        if let last, marker.epoch <= last.epoch {
            throw StageFailure(
                "recovering \(task): epoch \(marker.epoch) follows epoch \(last.epoch) in \(task.changelog); two owners wrote at once",
                blame: .system, remedy: .stop)
        }
        guard digest.isWhole, marker.changes == digest.count, marker.hash != digest.value else {
            if digest.isWhole, marker.changes != digest.count {
                throw StageFailure(
                    "recovering \(task): epoch \(marker.epoch) says \(marker.changes) changes, its changelog holds \(digest.count)",
                    blame: .system, remedy: .stop)
            }
            return
        }
        throw StageFailure(
            "recovering \(task): epoch \(marker.epoch)'s changes are not those its marker was written for (hash differs)",
            blame: .system, remedy: .stop)
    }

    private func asking<Result>(_ body: () throws(LogFailure) -> Result) throws(StageFailure) -> Result {
        do throws(LogFailure) {
            return try body()
        } catch {
            throw StageFailure("recovering \(task): \(error)", blame: .system, remedy: error.kind == .unavailable ? .retry : .stop)
        }
    }
}

/// The running hash of an epoch's changelog records: XXH3 of each key and value, chained.
struct EpochDigest {
    private(set) var value: UInt64 = 0
    private(set) var count = 0
    /// No record of the epoch has been compacted away.
    var isWhole = true

    mutating func add(_ index: Int, of batch: RecordBatch) {
        unsafe batch.withKey(index) { key in unsafe batch.withValue(index) { row in if let key = unsafe key { unsafe add(key, row) } } }
    }

    mutating func add(_ key: UnsafeRawBufferPointer, _ row: UnsafeRawBufferPointer?) {
        value = unsafe (value ^ xxh3(key)) &* 0x9e37_79b9_7f4a_7c15 &+ (row.map { unsafe xxh3($0) } ?? 1)
        count += 1
    }
}
