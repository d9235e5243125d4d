public import Dataflow
public import EventLog
internal import StreamCore

/// How the job's own topics are kept.
enum InternalTopics {
    /// How long deletions stay in a changelog, and the age from which a store that trails is rebuilt instead.
    static let tombstones = (whole: Duration.seconds(86_400), half: EventTime.Span(microseconds: 43_200_000_000))
}

extension PhysicalPlan {
    /// The job's own topics as the log must have them.
    public var topicSpecs: [TopicSpec] {
        topics.map { topic in
            let cleanup: TopicSpec.Cleanup =
                topic.purpose == .changelog ? .compact(tombstones: InternalTopics.tombstones.whole) : .retain(time: nil, bytes: nil)
            return TopicSpec(topic.name, partitions: topic.partitions, cleanup: cleanup, isInternal: topic.purpose != .deadLetters)
        }
    }
}
