internal import StreamCore

/// The form of a record in a repartition topic: `0 | flags | version | element` under the key, or, without one, a writer's mark
/// `1 | writer u32 | watermark i64`. `distantFuture` marks a writer that has nothing to wait for.
enum ShuffleForm {
    static let element: UInt8 = 0
    static let mark: UInt8 = 1
}

/// Writes elements to the topic between two stages of a job.
final class ShuffleWriter<Element: Storable, Key: StateKey>: Receiver<Element> {
    private let output: TopicOutput
    private let key: @Sendable (Element) -> Key

    init(_ output: TopicOutput, _ key: @escaping @Sendable (Element) -> Key) {
        self.output = output
        self.key = key
    }

    override func receive(_ batch: [Event<Element>], _ moment: Moment) throws(StageFailure) {
        for event in batch where !event.origin.isReplayed {
            output.append(key: key(event.element).keyBytes, at: event.time) { writer in
                writer.byte(ShuffleForm.element)
                writer.byte(event.origin.flags)
                writer.byte(Element.storedVersion)
                event.element.store(into: &writer)
            }
        }
    }
}

/// Reads the topic between two stages of a job.
final class ShuffleInlet<Element: Storable>: InletPort {
    private let receiver: Receiver<Element>
    private var events: [Event<Element>] = []

    init(from stage: String, _ receiver: Receiver<Element>) {
        self.receiver = receiver
        super.init(stage, .repartition(from: stage))
    }

    override func consume(_ batch: RecordBatch, for program: StageProgram) throws(StageFailure) {
        events.removeAll(keepingCapacity: true)
        for index in 0..<batch.count {
            let offset = batch.offset(index)
            if program.isPoison(offset, self.index) {
                program.deadLetter(index, of: batch, inlet: self, nil)
                continue
            }
            do throws(DecodeFailure) {
                try take(index, offset, of: batch)
            } catch {
                throw StageFailure("reading \(name)'s shuffle at offset \(offset): \(error)", blame: .system, remedy: .stop)
            }
        }
        if !events.isEmpty { try receiver.receive(events, program.moment) }
    }

    private func take(_ index: Int, _ offset: Offset, of batch: RecordBatch) throws(DecodeFailure) {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) in
            guard let value = unsafe value else { return }
            try unsafe ByteReader.read(value) { reader throws(DecodeFailure) in
                if try reader.byte() == ShuffleForm.mark {
                    let writer: Int32 = try reader.word()
                    let watermark = EventTime(microseconds: try reader.word())
                    // A writer that was idle may come back with an older promise; what it sends then may be late.
                    writers[writer] = writers[writer].map { $0 == .distantFuture ? watermark : max($0, watermark) } ?? watermark
                    return
                }
                var flags = try reader.byte() & Origin.late
                if offset < replayedBelow { flags |= Origin.replayed }
                let element = try Element(from: &reader, version: try reader.byte())
                let time = batch.time(index)
                if offset >= replayedBelow { newest = max(newest, time) }
                events.append(Event(element, at: time, from: Origin(offset: offset.number, inlet: self.index, flags: flags)))
            }
        }
    }

    override func advance(_ moment: Moment) throws(StageFailure) { try receiver.advance(moment) }
}
