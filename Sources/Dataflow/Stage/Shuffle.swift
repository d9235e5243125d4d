internal import StreamCore

/// The form of a record in a repartition topic: `0 | flags | version | element` under the key, or, without one, a writer's mark
/// `1 | writer u32 | watermark i64`. `distantFuture` marks a writer that has nothing to wait for.
enum ShuffleForm {
    static let element: UInt8 = 0
    static let mark: UInt8 = 1
}

extension Receiver where Element: Storable {
    /// Writes elements to the topic between two stages of a job.
    init<Key: StateKey>(shufflingTo output: TopicOutput, by key: @escaping @Sendable (Element) -> Key) {
        self.init(
            receive: { batch, _ in
                for event in batch where !event.origin.isReplayed {
                    output.append(key: key(event.element).keyBytes, at: event.time) { writer in
                        writer.byte(ShuffleForm.element)
                        writer.byte(event.origin.flags)
                        writer.byte(Element.storedVersion)
                        event.element.store(into: &writer)
                    }
                }
            }, advance: { _ in })
    }
}

/// Reads the topic between two stages of a job.
final class ShuffleInlet<Element: Storable> {
    private let receiver: Receiver<Element>
    private var events: [Event<Element>] = []

    init(_ receiver: Receiver<Element>) { self.receiver = receiver }

    /// The port that feeds it, for the keying step `id`.
    func port(_ id: String) -> InletPort {
        let port = InletPort(id, .repartition, advance: receiver.advance)
        port.consume = { [unowned port] batch, program throws(StageFailure) in try self.consume(batch, program, port) }
        return port
    }

    private func consume(_ batch: RecordBatch, _ program: StageProgram, _ port: InletPort) throws(StageFailure) {
        events.removeAll(keepingCapacity: true)
        for index in 0..<batch.count {
            let offset = batch.offset(index)
            if program.isPoison(offset, port) {
                program.deadLetter(index, of: batch, inlet: port, nil)
                continue
            }
            do throws(DecodeFailure) {
                try take(index, offset, of: batch, port)
            } catch {
                throw StageFailure("reading \(port.name)'s shuffle at offset \(offset): \(error)", blame: .system, remedy: .stop)
            }
        }
        if !events.isEmpty { try receiver.receive(events, program.moment) }
    }

    private func take(_ index: Int, _ offset: Offset, of batch: RecordBatch, _ port: InletPort) throws(DecodeFailure) {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) in
            guard let value = unsafe value else { return }
            try unsafe ByteReader.read(value) { reader throws(DecodeFailure) in
                let form = try reader.byte()
                if form == ShuffleForm.mark {
                    let writer: Int32 = try reader.word()
                    port.heard(writer, EventTime(microseconds: try reader.word()))
                    return
                }
                guard form == ShuffleForm.element else { throw DecodeFailure("a record of form \(form); this program reads 0 and 1") }
                var flags = try reader.byte() & Origin.late
                if offset < port.replayedBelow { flags |= Origin.replayed }
                let version = try reader.byte()
                guard version >= Element.oldestVersion, version <= Element.storedVersion else {
                    throw DecodeFailure(
                        "an element of version \(version); this program reads \(Element.oldestVersion) to \(Element.storedVersion)")
                }
                let element = try Element(from: &reader, version: version)
                let time = batch.time(index)
                if offset >= port.replayedBelow { port.newest = max(port.newest, time) }
                events.append(Event(element, at: time, from: Origin(offset: offset.number, inlet: port.index, flags: flags)))
            }
        }
    }
}
