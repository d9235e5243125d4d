internal import EventLog
internal import KeyedState
internal import StreamCore

/// One task's share of an epoch on its way to the log.
struct FrozenEpoch: Sendable {
    let task: TaskID
    /// Whose it is: another task of the same name may be here when it has committed.
    let owner: StageTask
    let outputs: [PartitionBatch]
    let changelog: PartitionBatch
    let marker: Marker
    /// The records that become dead letters in it.
    let deadLetters: [Supervision.Record]
    /// How many records came too late for a window or an ordering in it.
    let late: Int
    let stage: Confined<RunningStage>
    /// What goes to the stage's target once it has committed.
    let delivery: SinkDelivery?
    /// How far what is read from outside the log will have been taken.
    let sourcePosition: String?
}

/// Rows on their way to a task's store.
struct PendingWrite: Sendable {
    let store: any TaskStore
    let rows: RowWrites
    let position: Offset
    let stage: Confined<RunningStage>
}

/// A reference that travels with a message and comes back: only the slot's thread looks inside.
// SAFETY: read only by the actor of the thread that put it in.
struct Confined<Value: AnyObject>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
