internal import StreamCore

/// Lets through what satisfies a condition.
struct Filtered<Element: Sendable>: Operator {
    let isIncluded: @Sendable (Element) -> Bool

    mutating func process(_ batch: [Event<Element>], into out: inout Output<Element>) throws(StageFailure) {
        for event in batch where isIncluded(event.element) { out.emit(event) }
    }
}

/// Turns each element into another.
struct Mapped<Element: Sendable, Next: Sendable>: Operator {
    let transform: @Sendable (Element) throws(StageFailure) -> Next

    mutating func process(_ batch: [Event<Element>], into out: inout Output<Next>) throws(StageFailure) {
        for event in batch {
            out.source = event.origin
            out.emit(try transform(event.element), at: event.time)
        }
    }
}

/// Turns each element into any number of others.
struct FlatMapped<Element: Sendable, Next: Sendable>: Operator {
    let transform: @Sendable (Element) throws(StageFailure) -> [Next]

    mutating func process(_ batch: [Event<Element>], into out: inout Output<Next>) throws(StageFailure) {
        for event in batch {
            out.source = event.origin
            for next in try transform(event.element) { out.emit(next, at: event.time) }
        }
    }
}
