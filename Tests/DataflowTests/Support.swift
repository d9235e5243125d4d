internal import Dataflow
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

enum Ports {
    static let input = Inlet<Sample>("input")
    static let other = Inlet<Sample>("other")
    static let output = Outlet<Sample>("output")
    static let texts = Outlet<String>("texts")
    static let late = Outlet<Sample>("late")
}

extension Flow {
    var samples: Dataflow.Stream<Sample> { from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time) }
    var others: Dataflow.Stream<Sample> { from(Ports.other, decoding: { SampleDecoder() }, timedBy: \.time) }
}

/// Random traffic: rising times with lateness, ties and, with `tooLate`, stragglers.
func traffic(_ seed: UInt64, count: Int = 150, keys: Int = 4, spread: Int = 40) -> [Sample] {
    var random = SeededGenerator(seed: seed)
    var clock = 1_000
    return (0..<count).map { number in
        clock += random.chance(0.4) ? 0 : Int.random(in: 0...9, using: &random)
        return Sample("k\(Int.random(in: 0..<keys, using: &random))", number, at: clock - Int.random(in: 0...spread, using: &random))
    }
}

/// Which of some samples are late by the contract's rule, one partition: older than the newest before it less the bound.
func split(_ samples: [Sample], lateness: Int) -> (onTime: [Sample], late: [Sample]) {
    var newest = Int64.min
    var (onTime, late): ([Sample], [Sample]) = ([], [])
    for sample in samples {
        if newest > Int64.min, sample.time.microseconds < newest - Int64(lateness) { late.append(sample) } else { onTime.append(sample) }
        newest = max(newest, sample.time.microseconds)
    }
    return (onTime, late)
}

func micros(_ count: Int) -> Duration { .microseconds(count) }
