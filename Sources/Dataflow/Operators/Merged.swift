internal import StreamCore

/// Makes one stream of two, each event as it arrives.
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
