internal import StreamCore
internal import Wire

extension Receiver {
    /// Encodes a stream's elements into a topic.
    init<Encoder: RecordEncoder>(writingTo output: TopicOutput, _ encoder: Encoder) where Encoder.Element == Element {
        self.init(
            receive: { batch, _ in
                for event in batch where !event.origin.isReplayed {
                    let key = encoder.key(of: event.element)
                    output.with(key: key) { encoder.encode(event.element, at: event.time, key: key, into: &$0) }
                }
            }, advance: { _ in })
    }
}
