internal import StreamCore

/// Hands on the elements of two streams, each in its own order.
struct Merged<Element: Sendable>: TwoInputOperator {
    mutating func processLeft(_ batch: [Event<Element>], into out: inout Output<Element>) throws(StageFailure) {
        for event in batch { out.emit(event) }
    }

    mutating func processRight(_ batch: [Event<Element>], into out: inout Output<Element>) throws(StageFailure) {
        for event in batch { out.emit(event) }
    }

    mutating func advance(into out: inout Output<Element>) throws(StageFailure) {}
    var nextWake: EventTime { .distantFuture }
    var awaited: EventTime { .distantFuture }
}
