internal import Dispatch
internal import EmbeddedLog
internal import EventLog
@testable internal import Execution
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Synchronization
internal import Testing

/// What a recovery believes of a changelog, and what it refuses.
@Suite struct ReplayTests {
    private let directory: ScratchDirectory
    private let log: EmbeddedLog
    private let task = TaskID(job: "j", stage: "s", partition: Partition(0))
    private let store = MemoryStore()

    init() throws {
        directory = try ScratchDirectory()
        log = try EmbeddedLog(directory: directory.child("log"), clock: { EventTime(microseconds: 5) })
        _ = try log.ensure([TopicSpec("j.s.changelog", partitions: 1), TopicSpec("j.s.turn", partitions: 1)])
    }

    private func recovery(patience: Int64 = 60_000_000) -> Recovery {
        Recovery(
            log: log, task: task, store: store, clock: { EventTime(microseconds: 5) }, oldestStore: .init(microseconds: 1_000),
            patience: .init(microseconds: patience), progress: RecoveryProgress())
    }

    /// An epoch as its owner writes it, or as little of it as `keys` say.
    private func write(_ epoch: Int64, _ keys: [String], saying said: [String]? = nil, turn: Int64? = nil) throws {
        var digest = EpochDigest()
        for key in said ?? keys {
            unsafe Array(key.utf8).withUnsafeBytes { bytes in unsafe digest.add(bytes, bytes) }
        }
        var batch = BatchBuilder()
        for key in keys { batch.append(key: Array(key.utf8), value: Array(key.utf8), time: EventTime(microseconds: 1)) }
        let marker = Marker(
            epoch: Epoch(epoch), generation: Generation(1), watermark: .distantPast, positions: [:], outputs: 0, changes: digest.count,
            hash: digest.value, at: EventTime(microseconds: 1))
        batch.append(key: Marker.key, value: marker.bytes, time: EventTime(microseconds: 1))
        let writer = try log.makeWriter("w")
        defer { writer.close() }
        _ = try writer.commit(
            Transaction(batches: [PartitionBatch(task.changelog, batch.finish())], turns: [task.turn: Epoch(turn ?? epoch)]))
    }

    private func refusal() -> StageFailure? { #expect(throws: StageFailure.self) { try recovery().run() } }

    @Test func `whole epochs are believed up to the one its turn names`() throws {
        try write(1, ["a", "b"])
        try write(2, ["b"])
        #expect(try recovery().run()?.epoch == Epoch(2))
        #expect(store.changelogPosition == Offset(5))
    }

    @Test func `an epoch that does not rise is two owners' work, and both places are named`() throws {
        try write(4, ["a"])
        try write(4, ["b"])
        let failure = refusal()
        #expect(failure?.remedy == .stop)
        #expect(failure?.reason.contains("epoch 4 at offset 3 follows epoch 4 at offset 1") == true)
    }

    @Test func `a change too few where no offset is missing is refused`() throws {
        try write(1, ["a", "b"], saying: ["a", "b", "c"])
        #expect(refusal()?.reason.contains("says 3 changes, its changelog holds 2") == true)
    }

    @Test func `other changes than the marker was written for are refused`() throws {
        try write(1, ["a", "b"], saying: ["a", "c"])
        #expect(refusal()?.reason.contains("hash differs") == true)
    }

    @Test func `a changelog that ends before the epoch its turn names has lost records`() throws {
        try write(1, ["a"], turn: 3)
        #expect(refusal()?.reason.contains("its turn says epoch 3 has committed, its changelog ends at epoch 1") == true)
    }

    @Test func `a store that knows a later epoch than its turn is rebuilt`() throws {
        try write(1, ["a"])
        try write(2, ["b"])
        _ = try recovery().run()
        try write(3, [], turn: 1)
        #expect(try recovery().run()?.epoch == Epoch(3))
    }

    /// The digest of the changes of an epoch, and the marker it is written for.
    private func digest(_ keys: [String]) -> (digest: EpochDigest, marker: Marker) {
        var digest = EpochDigest()
        for key in keys { unsafe Array(key.utf8).withUnsafeBytes { bytes in unsafe digest.add(bytes, bytes) } }
        return (
            digest,
            Marker(
                epoch: Epoch(1), generation: Generation(1), watermark: .distantPast, positions: [:], outputs: 0, changes: digest.count,
                hash: digest.value, at: EventTime(microseconds: 1)))
    }

    private func add(_ key: String, to digest: inout EpochDigest) {
        unsafe Array(key.utf8).withUnsafeBytes { bytes in unsafe digest.add(bytes, bytes) }
    }

    @Test func `the record that ends a transaction stands between epochs and hides nothing`() {
        let (_, marker) = digest(["a", "b"])
        var seen = EpochDigest()
        seen.skipped(1)
        add("a", to: &seen)
        add("x", to: &seen)
        #expect(seen.contradiction(to: marker)?.contains("hash differs") == true)
        var more = EpochDigest()
        more.skipped(1)
        for key in ["a", "b", "c"] { add(key, to: &more) }
        #expect(more.contradiction(to: marker)?.contains("says 2 changes") == true)
    }

    @Test func `what compaction took is not missed`() {
        let (_, marker) = digest(["a", "b", "c", "d"])
        var before = EpochDigest()
        before.skipped(2)
        for key in ["c", "d"] { add(key, to: &before) }
        #expect(before.contradiction(to: marker) == nil)
        var within = EpochDigest()
        add("a", to: &within)
        within.skipped(1)
        add("d", to: &within)
        #expect(within.contradiction(to: marker) == nil)
        var tooFew = EpochDigest()
        tooFew.skipped(1)
        for key in ["c", "d"] { add(key, to: &tooFew) }
        #expect(tooFew.contradiction(to: marker)?.contains("holds 2") == true)
    }

    @Test func `a slot that stands in one turn is noticed, one that beats or waits is not`() {
        let pulses = [Watchdog.Pulse(), Watchdog.Pulse(), Watchdog.Pulse()]
        let hung = DispatchSemaphore(value: 0)
        let which = Mutex<[Int]>([])
        pulses[1].beat()
        let watchdog = Watchdog(over: pulses, limit: 3, every: .milliseconds(1)) { slot in
            which.withLock { $0.append(slot) }
            hung.signal()
        }
        hung.wait()
        watchdog.stop()
        #expect(which.withLock { $0 } == [1])
    }
}
