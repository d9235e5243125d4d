internal import Execution
internal import StreamCore

/// Feeds a job the records of several files: each file in its own order, the files among each other by event time.
struct InletMerge {
    private struct Source {
        var input: ReplayInput
        var batch: RecordBatch?
        var times: [EventTime] = []
        var next = 0

        /// When the next record happened; one that says nothing goes at once.
        var head: EventTime { times[next] }
        var isDrained: Bool { next >= times.count }
    }

    private let run: LocalRun
    private let refused: (String, ReplayInput.BadLine) -> Void
    private let end: EventTime
    private var first: [ReplayInput]
    private var sources: [Source]
    /// How many records were fed.
    private(set) var count = 0

    /// A merge of files into a job, as far as `end`: records that happened later are not fed. `refused` is told of lines that are no records.
    init(_ inputs: [ReplayInput], into run: LocalRun, upTo end: EventTime, refused: @escaping (String, ReplayInput.BadLine) -> Void) {
        self.run = run
        self.end = end
        self.refused = refused
        first = inputs.filter(\.isReadFirst)
        sources = inputs.filter { !$0.isReadFirst }.map { Source(input: $0) }
    }

    /// Feeds the next records; `false` when there are no more.
    mutating func step() throws -> Bool {
        if var input = first.first {
            if let batch = try read(&input) {
                first[0] = input
                try feed(batch, to: input.inlet)
            } else {
                first.removeFirst()
            }
            return true
        }
        if sources.count == 1 {
            guard let batch = try read(&sources[0].input) else { return false }
            try feed(batch, to: sources[0].input.inlet)
            return true
        }
        try refill()
        guard let least = sources.indices.min(by: { sources[$0].head < sources[$1].head }) else { return false }
        let limit = sources.indices.filter { $0 != least }.map { sources[$0].head }.min() ?? .distantFuture
        try feedRun(of: least, through: limit)
        return true
    }

    private func read(_ input: inout ReplayInput) throws(CommandFailure) -> RecordBatch? {
        guard let (batch, bad) = try input.next() else { return nil }
        for line in bad { refused(input.inlet, line) }
        return batch
    }

    private mutating func feed(_ batch: RecordBatch, to inlet: String) throws(StageFailure) {
        let batch = beforeEnd(batch, of: inlet)
        count += batch.count
        try run.send(batch, to: inlet)
    }

    /// The records of a batch that happened no later than the end; those that say nothing stay.
    private func beforeEnd(_ batch: RecordBatch, of inlet: String) -> RecordBatch {
        if end == .distantFuture { return batch }
        let kept = (0..<batch.count).filter { run.eventTime($0, of: batch, in: inlet).map { $0 <= end } ?? true }
        if kept.count == batch.count { return batch }
        var builder = BatchBuilder()
        for index in kept { builder.append(index, of: batch) }
        return builder.finish()
    }

    /// Sees that every source has a next record; those that have ended are gone.
    private mutating func refill() throws(CommandFailure) {
        var index = 0
        while index < sources.count {
            guard sources[index].isDrained else {
                index += 1
                continue
            }
            guard let batch = try read(&sources[index].input) else {
                sources.remove(at: index)
                continue
            }
            let inlet = sources[index].input.inlet
            sources[index].times = (0..<batch.count).map { run.eventTime($0, of: batch, in: inlet) ?? .distantPast }
            sources[index].batch = batch
            sources[index].next = 0
        }
    }

    /// Feeds a source's next record and those behind it that happened no later than `limit`.
    private mutating func feedRun(of index: Int, through limit: EventTime) throws(StageFailure) {
        guard let batch = sources[index].batch else { return }
        let start = sources[index].next
        var end = start + 1
        while end < batch.count, sources[index].times[end] <= limit { end += 1 }
        sources[index].next = end
        if start == 0, end == batch.count { return try feed(batch, to: sources[index].input.inlet) }
        var builder = BatchBuilder()
        for record in start..<end { builder.append(record, of: batch) }
        try feed(builder.finish(), to: sources[index].input.inlet)
    }
}
