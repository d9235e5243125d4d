internal import KeyedState
public import StreamCore

/// A keyed process that also follows a broadcast topic: rules, reference data. What it keeps of that is its own memory, filled again at
/// each start, because every task reads the topic from its beginning.
public protocol BroadcastProcess: KeyedProcess {
    associatedtype Broadcast: Sendable
    /// Takes one element of the broadcast topic.
    mutating func broadcast(_ element: Broadcast, at time: EventTime) throws(StageFailure)
}

/// Runs a broadcast process over its two inputs.
struct ProcessedWithBroadcast<Process: BroadcastProcess>: TwoInputOperator {
    var keyed: Processed<Process>

    mutating func processLeft(_ batch: [Event<Process.Element>], into out: inout Output<Process.Result>) throws(StageFailure) {
        try keyed.process(batch, into: &out)
    }

    mutating func processRight(_ batch: [Event<Process.Broadcast>], into out: inout Output<Process.Result>) throws(StageFailure) {
        for event in batch {
            out.source = event.origin
            try keyed.process.broadcast(event.element, at: event.time)
        }
    }

    mutating func advance(into out: inout Output<Process.Result>) throws(StageFailure) { try keyed.advance(into: &out) }
    var nextWake: EventTime { keyed.nextWake }
    var awaited: EventTime { keyed.awaited }
}
