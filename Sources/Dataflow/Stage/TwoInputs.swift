public import StreamCore

/// A step with two inputs, such as a join: as an `Operator`, once for each side.
public protocol TwoInputOperator: SendableMetatype {
    associatedtype Left: Sendable
    associatedtype Right: Sendable
    associatedtype Result: Sendable
    /// Takes a batch of the left input.
    mutating func processLeft(_ batch: [Event<Left>], into out: inout Output<Result>) throws(StageFailure)
    /// Takes a batch of the right input.
    mutating func processRight(_ batch: [Event<Right>], into out: inout Output<Result>) throws(StageFailure)
    /// Told that the clocks have moved.
    mutating func advance(into out: inout Output<Result>) throws(StageFailure)
    /// The next instant on the wall at which it wants `advance`.
    var nextWake: EventTime { get }
    /// The event time it waits for the watermark to reach.
    var awaited: EventTime { get }
}

/// A two-input step and what follows it; `left` and `right` are its two ends.
final class TwoInputs<Step: TwoInputOperator> {
    private var step: Step
    private let next: Receiver<Step.Result>
    private let failurePoint: FailurePoint
    private var out = Output<Step.Result>()
    private var waitsForOtherEnd = false

    init(_ step: Step, _ next: Receiver<Step.Result>, _ failurePoint: FailurePoint) {
        self.step = step
        self.next = next
        self.failurePoint = failurePoint
    }

    var left: Receiver<Step.Left> {
        Receiver(
            receive: { batch, moment throws(StageFailure) in
                try self.run(moment) { step, out throws(StageFailure) in try step.processLeft(batch, into: &out) }
            },
            advance: { moment throws(StageFailure) in try self.advance(moment) })
    }

    var right: Receiver<Step.Right> {
        Receiver(
            receive: { batch, moment throws(StageFailure) in
                try self.run(moment) { step, out throws(StageFailure) in try step.processRight(batch, into: &out) }
            },
            advance: { moment throws(StageFailure) in try self.advance(moment) })
    }

    var handle: StepHandle {
        StepHandle(nextWake: { self.step.nextWake }, awaited: { self.step.awaited }, oldestHeld: { _ in nil })
    }

    private func run(_ moment: Moment, _ body: (inout Step, inout Output<Step.Result>) throws(StageFailure) -> Void) throws(StageFailure) {
        out.moment = moment
        do throws(StageFailure) {
            try body(&step, &out)
        } catch {
            failurePoint.note(out.origin)
            throw error
        }
        try flush()
    }

    /// Asked once by each end. What either end still held has come when both have asked; only then may the step let go of partners.
    private func advance(_ moment: Moment) throws(StageFailure) {
        waitsForOtherEnd.toggle()
        if waitsForOtherEnd { return }
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
