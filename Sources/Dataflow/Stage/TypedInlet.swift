internal import StreamCore
internal import Wire

/// What an inlet of decoded elements does with a batch: decodes, dates and judges each record, and passes the events on.
final class TypedInlet<Decoder: RecordDecoder> {
    private var decoder: Decoder
    private let timeOf: (@Sendable (Decoder.Element) -> EventTime)?
    private let receiver: Receiver<Decoder.Element>
    private var events: [Event<Decoder.Element>] = []

    init(_ decoder: Decoder, timeOf: (@Sendable (Decoder.Element) -> EventTime)?, _ receiver: Receiver<Decoder.Element>) {
        self.decoder = decoder
        self.timeOf = timeOf
        self.receiver = receiver
    }

    /// The port that feeds it.
    func port(_ name: String, _ kind: InletPort.Kind) -> InletPort {
        let port = InletPort(name, kind, advance: receiver.advance)
        port.consume = { [unowned port] batch, program throws(StageFailure) in try self.consume(batch, program, port) }
        port.timeOf = { index, batch in self.eventTime(index, batch) }
        return port
    }

    private func eventTime(_ index: Int, _ batch: RecordBatch) -> EventTime? {
        guard let element = try? decoder.decode(index, of: batch) else { return nil }
        return timeOf?(element) ?? batch.time(index)
    }

    private func consume(_ batch: RecordBatch, _ program: StageProgram, _ port: InletPort) throws(StageFailure) {
        events.removeAll(keepingCapacity: true)
        events.reserveCapacity(batch.count)
        let others = program.watermarkOfOthers(than: port)
        let ahead = port.settings.ahead.map { program.moment.now.advanced(by: $0) } ?? .distantFuture
        let (earliest, horizon) = (EventTime.reckonable.lowerBound, min(ahead, EventTime.reckonable.upperBound))
        let (replayedBelow, lateness, watermark, index16) = (port.replayedBelow, port.settings.lateness, port.watermark, port.index)
        var newest = port.newest
        defer { port.newest = newest }
        for index in 0..<batch.count {
            let offset = batch.offset(index)
            if program.isPoison(offset, port) {
                program.deadLetter(index, of: batch, inlet: port, nil)
                continue
            }
            do throws(DecodeFailure) {
                guard let element = try decoder.decode(index, of: batch) else {
                    // It says nothing but how far its topic has come, where the topic's own times are what counts.
                    let time = batch.time(index)
                    if timeOf == nil, time > newest, time <= horizon, time >= earliest, offset >= replayedBelow { newest = time }
                    continue
                }
                let time = timeOf?(element) ?? batch.time(index)
                guard time <= horizon, time >= earliest else {
                    if offset >= replayedBelow { program.deadLetter(index, of: batch, inlet: port, misplaced(time, port)) }
                    continue
                }
                var flags: UInt8 = 0
                if offset < replayedBelow {
                    // Newer than the newest that was let in: it was too far ahead when it was read, and stays refused.
                    if time > newest { continue }
                    flags = Origin.replayed
                } else {
                    if time <= min(max(watermark, newest.advanced(by: -lateness).justBefore), others) { flags = Origin.late }
                    if time > newest { newest = time }
                }
                events.append(Event(element, at: time, from: Origin(offset: offset.number, inlet: index16, flags: flags)))
            } catch {
                if offset < replayedBelow || error.isToldElsewhere && !port.isAlone { continue }
                program.deadLetter(index, of: batch, inlet: port, error.reason)
            }
        }
        try receiver.receive(events, program.moment)
    }

    private func misplaced(_ time: EventTime, _ port: InletPort) -> String {
        guard let ahead = port.settings.ahead, EventTime.reckonable.contains(time) else {
            return "event time \(time) is none that can be reckoned with"
        }
        return "event time \(time) lies more than \(ahead.duration) ahead of the clock"
    }
}
