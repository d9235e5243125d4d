internal import Freight
internal import StreamCore
internal import Wire

/// Judges the events of one topic. What is right says nothing; what is wrong is the failure, which makes a dead letter of it.
struct EventJudge: RecordDecoder {
    private let topic: String
    private let validator = EventValidator()

    init(of topic: String) { self.topic = topic }

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> EntityID? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> EntityID? in
            guard let value = unsafe value else { throw DecodeFailure("a record without a value, where events are") }
            let problems = try unsafe validator.problems(in: value, on: topic)
            guard problems.isEmpty else {
                throw DecodeFailure("an event that is wrong: " + problems.map { "\($0.field) \($0.issue)" }.joined(separator: "; "))
            }
            return nil
        }
    }
}
