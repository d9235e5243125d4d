public import StreamCore

/// One step of a stage: a synchronous value over batches. No `async`, no lock, no clock inside; time comes as an argument.
public protocol Operator: SendableMetatype {
    associatedtype Input: Sendable
    associatedtype Result: Sendable

    /// Takes a batch, emits what follows from it. Called once a batch, on the task's thread.
    mutating func process(_ batch: [Event<Input>], into out: inout Output<Result>) throws(StageFailure)

    /// Told after each batch and each tick that the clocks have moved (`out.moment`): fires what is due.
    mutating func advance(into out: inout Output<Result>) throws(StageFailure)

    /// The next instant on the wall at which it wants `advance`, `distantFuture` for none.
    var nextWake: EventTime { get }

    /// The event time it waits for the watermark to reach, `distantFuture` for none.
    var awaited: EventTime { get }

    /// The offset of the oldest record of `inlet` that it holds outside of state, so that a restart reads it again; `nil` for none.
    func oldestHeld(of inlet: Int16) -> Offset?
}

extension Operator {
    public mutating func advance(into out: inout Output<Result>) throws(StageFailure) {}
    public var nextWake: EventTime { .distantFuture }
    public var awaited: EventTime { .distantFuture }
    public func oldestHeld(of inlet: Int16) -> Offset? { nil }
}

/// Takes events of one type: the only thing a step knows of the next. One call through a closure a batch.
///
/// Closures, not a class to override: they are made where the types are known, so what they call is specialised for them, which a generic
/// class's overridden method never is.
struct Receiver<Element: Sendable> {
    let receive: ([Event<Element>], Moment) throws(StageFailure) -> Void
    let advance: (Moment) throws(StageFailure) -> Void
}

/// What the program asks every step in turn.
struct StepHandle {
    let nextWake: () -> EventTime
    let awaited: () -> EventTime
    let oldestHeld: (Int16) -> Offset?
}

/// An operator and what follows it.
final class Link<Step: Operator> {
    private var step: Step
    private let next: Receiver<Step.Result>
    private let failurePoint: FailurePoint
    private var out = Output<Step.Result>()

    init(_ step: Step, _ next: Receiver<Step.Result>, _ failurePoint: FailurePoint) {
        self.step = step
        self.next = next
        self.failurePoint = failurePoint
    }

    var receiver: Receiver<Step.Input> {
        Receiver(
            receive: { batch, moment throws(StageFailure) in try self.receive(batch, moment) },
            advance: { moment throws(StageFailure) in try self.advance(moment) })
    }

    var handle: StepHandle {
        StepHandle(nextWake: { self.step.nextWake }, awaited: { self.step.awaited }, oldestHeld: { self.step.oldestHeld(of: $0) })
    }

    private func receive(_ batch: [Event<Step.Input>], _ moment: Moment) throws(StageFailure) {
        out.moment = moment
        do throws(StageFailure) {
            try step.process(batch, into: &out)
        } catch {
            failurePoint.note(out.origin)
            throw error
        }
        try flush()
    }

    private func advance(_ moment: Moment) throws(StageFailure) {
        // What leaves now lies behind the old watermark, not the new one: the next step sees it before its own clocks move.
        let before = Moment(watermark: out.moment.watermark, now: moment.now)
        out.moment = moment
        out.source = .none
        try step.advance(into: &out)
        out.moment = before
        try flush()
        out.moment = moment
        try next.advance(moment)
    }

    private func flush() throws(StageFailure) {
        if out.events.isEmpty { return }
        try next.receive(out.events, out.moment)
        out.events.removeAll(keepingCapacity: true)
    }
}

extension Receiver {
    /// Several readers of one stream.
    init(fanningOutTo branches: [Receiver<Element>]) {
        self.init(
            receive: { batch, moment throws(StageFailure) in for branch in branches { try branch.receive(batch, moment) } },
            advance: { moment throws(StageFailure) in for branch in branches { try branch.advance(moment) } })
    }
}
