internal import StreamCore
internal import Wire

/// Encodes a stream's elements into a topic.
final class OutletWriter<Encoder: RecordEncoder>: Receiver<Encoder.Element> {
    private let output: TopicOutput
    private let encoder: Encoder

    init(_ output: TopicOutput, _ encoder: Encoder) {
        self.output = output
        self.encoder = encoder
    }

    override func receive(_ batch: [Event<Encoder.Element>], _ moment: Moment) throws(StageFailure) {
        for event in batch where !event.origin.isReplayed {
            let key = encoder.key(of: event.element)
            output.with(key: key) { encoder.encode(event.element, at: event.time, key: key, into: &$0) }
        }
    }
}
