internal import EventLog
internal import KeyedState
internal import StreamCore

/// Brings a task's store up to its last committed epoch (design.md section 4): the changelog is the truth, the store a copy that trails.
/// Blocks: it runs on a restore thread.
struct Recovery {
    let log: any EventLog
    let task: TaskID
    let store: any TaskStore
    /// The time on the wall.
    let clock: @Sendable () -> EventTime
    /// From which age on tombstones may be missing from what a store would replay.
    let oldestStore: EventTime.Span
    /// How long the changelog may stay silent before what is awaited has come.
    let patience: EventTime.Span
    let progress: RecoveryProgress

    /// A marker and where it stands.
    private struct Found {
        let marker: Marker
        let offset: Offset
    }

    /// Reads the changelog from where the store stands, and returns the marker to resume from; `nil` for a task that never committed.
    func run() throws(StageFailure) -> Marker? {
        let committed = try asking { () throws(LogFailure) in try log.committedEpochs(of: [task.turn])[task.turn] }
        let bounds = try asking { () throws(LogFailure) in try log.bounds(of: task.changelog) }
        if store.changelogPosition == nil { try store.clear() }
        if let position = store.changelogPosition {
            // The store is of another log, or older than what compaction left, or ahead of the log: the changelog alone is believed.
            let isOutside = position < bounds.start || position > bounds.end
            let (isOld, isAhead) = (try isTooOld(), try isAhead(of: committed))
            if isOutside || isOld || isAhead { try store.clear() }
        }
        let stored = try storedMarker()
        let start = store.changelogPosition ?? bounds.start
        if let committed, let stored, stored.epoch >= committed { return stored }
        let known = stored.map { Found(marker: $0, offset: start.advanced(by: -1)) }
        progress.expect(Int(max(0, bounds.committed.number - start.number)))
        let marker = try replay(from: start, to: committed, or: bounds.committed, after: known)?.marker
        if let committed, marker?.epoch ?? .none < committed {
            throw StageFailure(
                "recovering \(task): its turn says epoch \(committed) has committed, its changelog ends at "
                    + "\(marker.map { "epoch \($0.epoch)" } ?? "none"); the changelog has lost records",
                blame: .system, remedy: .retry)
        }
        return marker
    }

    /// Deletions that the store has not seen may have been compacted away.
    private func isTooOld() throws(StageFailure) -> Bool {
        guard let marker = try storedMarker() else { return false }
        return clock().since(marker.at) > oldestStore
    }

    private func isAhead(of committed: Epoch?) throws(StageFailure) -> Bool {
        guard let committed, let marker = try storedMarker() else { return false }
        return marker.epoch > committed
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

    /// Applies whole epochs only: rows gather until their marker arrives. Where an epoch is known to have committed it waits for that one's
    /// marker; else it reads to what was the committed end.
    private func replay(from start: Offset, to committed: Epoch?, or end: Offset, after known: Found?) throws(StageFailure) -> Found? {
        var reader = try asking { () throws(LogFailure) in
            try PatientReader(log, task.changelog, from: start, patience: patience, clock: clock, progress)
        }
        defer { reader.close() }
        var last = known
        var rows = RowWrites()
        var digest = EpochDigest()
        var next = start
        while let batch = try reader.next(
            for: { committed.map { "the marker of epoch \($0)" } ?? "what was committed up to offset \(end)" },
            enough: { position in committed.map { last?.marker.epoch ?? .none >= $0 } ?? (position >= end) })
        {
            for index in 0..<batch.count {
                let offset = batch.offset(index)
                digest.skipped(offset.number - next.number)
                next = offset.advanced(by: 1)
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
                let found = Found(marker: try decoded(batch.record(index).value ?? []), offset: offset)
                try check(found, after: last, digest)
                rows.set(index, of: batch)
                try store.write(rows, changelogPosition: next)
                (last, rows, digest) = (found, RowWrites(), EpochDigest())
            }
        }
        return last
    }

    /// How many bytes a rebuild writes at once.
    private static let part = 16 << 20

    private func check(_ found: Found, after last: Found?, _ digest: EpochDigest) throws(StageFailure) {
        let epoch = found.marker.epoch
        if let last, epoch <= last.marker.epoch {
            throw StageFailure(
                "recovering \(task): in \(task.changelog) epoch \(epoch) at offset \(found.offset) follows epoch \(last.marker.epoch) at offset "
                    + "\(last.offset); two owners wrote at once", blame: .system, remedy: .stop)
        }
        if let contradiction = digest.contradiction(to: found.marker) {
            throw StageFailure(
                "recovering \(task): the marker of epoch \(epoch) at offset \(found.offset) of \(task.changelog) \(contradiction)", blame: .system,
                remedy: .stop)
        }
    }

    private func asking<Result>(_ body: () throws(LogFailure) -> Result) throws(StageFailure) -> Result {
        do throws(LogFailure) {
            return try body()
        } catch {
            throw StageFailure("recovering \(task)", error)
        }
    }
}
