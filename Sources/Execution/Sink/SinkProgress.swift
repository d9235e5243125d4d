internal import Dataflow
internal import Sinks
internal import StreamCore

/// How far a running stage's rows have come: what its target has, what is being written there, what waits for that. Confined to the task.
/// ```
/// gathered ──epoch frozen──▶ frozen ──epoch committed──▶ waiting ──door free──▶ being written ──▶ in the target
/// ```
/// Dead letters of an epoch are in the log before its rows go to the target, and a second epoch never waits.
///
/// A target may fall behind what it had: a standby that was promoted lacks the commits that had not reached it, a backup all since it was made.
/// The next step finds that out. Where none comes for a while, a step that leads nowhere does.
final class SinkProgress {
    private let port: SinkPort
    private let owner: SinkOwner
    private let limits: EngineSettings
    /// What the target has.
    private(set) var confirmed: [TopicPartition: Offset]
    /// What it will have when everything frozen is written.
    private var promised: [TopicPartition: Offset]
    private var waiting: SinkDelivery?
    private(set) var isWriting = false
    private var gatheredBytes = 0
    private var rowsUnderWay = 0
    private var nextCheck: EventTime

    /// Takes the target over and asks it how far it is. Blocks.
    init(
        _ port: SinkPort, _ partitions: [TopicPartition], _ owner: SinkOwner, _ limits: EngineSettings, at now: EventTime
    ) throws(StageFailure) {
        nextCheck = now.advanced(by: limits.sinkCheckEvery)
        self.port = port
        self.owner = owner
        self.limits = limits
        do throws(SinkFailure) {
            confirmed = try port.positions(of: partitions, for: owner)
        } catch {
            throw StageFailure("asking \(port.target) how far it is", error)
        }
        promised = confirmed
    }

    var target: String { port.target }

    /// How many rows are read and not in the target.
    var pendingRows: Int { port.count + rowsUnderWay }

    /// Whether nothing may be frozen before something has been written.
    var isBacklogged: Bool { waiting != nil }

    /// Whether nothing more should be read before what is gathered has been frozen.
    var isFull: Bool { port.count >= limits.sinkRows || gatheredBytes >= limits.sinkBytes }

    /// Whether anything is on its way to the target.
    var isBusy: Bool { isWriting || waiting != nil }

    /// Whether the target has come as far as that.
    func has(_ positions: [TopicPartition: Offset]) -> Bool { positions.allSatisfy { confirmed[$0.key] ?? .zero >= $0.value } }

    /// Records of so many bytes have been read.
    func read(_ bytes: Int) { gatheredBytes += bytes }

    /// Ends the epoch: its rows, and the step to where the task now stands.
    func freeze(at positions: [TopicPartition: Offset]) -> SinkDelivery? {
        gatheredBytes = 0
        let moves = positions.sorted { $0.key < $1.key }.compactMap { partition, to in
            promised[partition] == to ? nil : SinkStep.Move(partition, from: promised[partition], to: to)
        }
        let batch = port.take()
        if moves.isEmpty { return nil }
        for move in moves { promised[move.partition] = move.to }
        rowsUnderWay += batch.count
        return SinkDelivery(batch: batch, step: SinkStep(owner, moves))
    }

    /// The epoch's dead letters are in the log: its rows may go.
    func committed(_ delivery: SinkDelivery) { waiting = delivery }

    /// What is to be written now, if anything is.
    func next() -> SinkDelivery? {
        guard !isWriting, let delivery = waiting.take() else { return nil }
        isWriting = true
        return delivery
    }

    /// When the target is to be asked whether it stands where it was left; never while it is being told more.
    var nextWake: EventTime { isAtRest ? nextCheck : .distantFuture }

    /// The step that asks it, once it is time: from where it was left to there.
    func check(at now: EventTime) -> SinkDelivery? {
        guard now >= nextWake else { return nil }
        isWriting = true
        let moves = confirmed.sorted { $0.key < $1.key }.map { SinkStep.Move($0.key, from: $0.value, to: $0.value) }
        return SinkDelivery(batch: port.take(), step: SinkStep(owner, moves))
    }

    private var isAtRest: Bool { !isBusy && port.count == 0 && promised == confirmed && !confirmed.isEmpty }

    /// A write has ended, however it did.
    func ended(at now: EventTime) {
        isWriting = false
        nextCheck = now.advanced(by: limits.sinkCheckEvery)
    }

    /// The target has them.
    func written(_ delivery: SinkDelivery) {
        rowsUnderWay -= delivery.batch.count
        for move in delivery.step.moves { confirmed[move.partition] = move.to }
    }
}
