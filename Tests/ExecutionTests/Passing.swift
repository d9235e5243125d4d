internal import Dataflow
internal import KeyedState
internal import StreamCore
internal import StreamTesting

/// Says each sample once the watermark has passed it.
struct Passing: KeyedProcess {
    let due: TimerState<String>
    var timers: TimerState<String>? { due }

    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        due.set(Timer(key, at: time))
    }

    mutating func timerFired(_ timer: Timer<String>, into out: inout Output<String>) throws(StageFailure) {
        out.emit("\(timer.key)@\(timer.time.microseconds)", at: timer.time)
    }
}
