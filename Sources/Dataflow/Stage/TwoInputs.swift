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
final class TwoInputs<Step2: TwoInputOperator>: Step {
    private var step: Step2
    private let next: Receiver<Step2.Result>
    private var out = Output<Step2.Result>()

    private let failurePoint: FailurePoint
    private var waitsForOtherEnd = false

    init(_ step: Step2, _ next: Receiver<Step2.Result>, _ failurePoint: FailurePoint) {
        self.step = step
        self.next = next
        self.failurePoint = failurePoint
    }

    private func run(_ moment: Moment, _ body: (inout Step2, inout Output<Step2.Result>) throws(StageFailure) -> Void) throws(StageFailure) {
        out.moment = moment
        do throws(StageFailure) {
            try body(&step, &out)
        } catch {
            failurePoint.note(out.origin)
            throw error
        }
        try flush()
    }

    final class LeftEnd: Receiver<Step2.Left> {
        private let both: TwoInputs
        init(_ both: TwoInputs) { self.both = both }
        override func receive(_ batch: [Event<Step2.Left>], _ moment: Moment) throws(StageFailure) {
            try both.run(moment) { step, out throws(StageFailure) in try step.processLeft(batch, into: &out) }
        }
        override func advance(_ moment: Moment) throws(StageFailure) { try both.advance(moment) }
    }

    final class RightEnd: Receiver<Step2.Right> {
        private let both: TwoInputs
        init(_ both: TwoInputs) { self.both = both }
        override func receive(_ batch: [Event<Step2.Right>], _ moment: Moment) throws(StageFailure) {
            try both.run(moment) { step, out throws(StageFailure) in try step.processRight(batch, into: &out) }
        }
        override func advance(_ moment: Moment) throws(StageFailure) { try both.advance(moment) }
    }

    /// Asked once by each end. What either end still held has come when both have asked; only then may the step let go of partners.
    private func advance(_ moment: Moment) throws(StageFailure) {
        waitsForOtherEnd.toggle()
        if waitsForOtherEnd { return }
        let before = Moment(watermark: out.moment.watermark, now: moment.now)
        out.moment = moment
        out.origin = .none
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

    var nextWake: EventTime { step.nextWake }
    var awaited: EventTime { step.awaited }
    func oldestHeld(of inlet: Int16) -> Offset? { nil }
}
