internal import StreamCore

/// A task's counters, and how fast the first of them rises.
struct TaskCounters {
    private(set) var recordsIn = 0
    var recordsOut = 0
    var deadLetters = 0
    var late = 0
    var rowsWritten = 0
    private var marks: [(at: EventTime, count: Int)] = []

    mutating func read(_ count: Int, at now: EventTime) {
        guard count > 0 else { return }
        recordsIn += count
        if let last = marks.last, now.since(last.at).microseconds < 1_000_000 { return }
        marks.append((now, recordsIn))
        if marks.count > 6 { marks.removeFirst() }
    }

    /// Records a second since the oldest mark of the last few seconds.
    func rate(at now: EventTime) -> Double {
        guard let first = marks.first(where: { now.since($0.at).microseconds <= 6_000_000 }) else { return 0 }
        let seconds = Double(now.since(first.at).microseconds) / 1e6
        return seconds > 0.1 ? Double(recordsIn - first.count) / seconds : 0
    }
}
