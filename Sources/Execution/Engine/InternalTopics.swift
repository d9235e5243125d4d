public import Dataflow
public import EventLog
internal import StreamCore

extension PhysicalPlan {
    /// The job's own topics as the log must have them.
    public var topicSpecs: [TopicSpec] {
        topics.map { topic in
            let cleanup: TopicSpec.Cleanup =
                topic.purpose == .changelog ? .compact(tombstones: .seconds(86_400)) : .retain(time: nil, bytes: nil)
            return TopicSpec(topic.name, partitions: topic.partitions, cleanup: cleanup, isInternal: topic.purpose != .deadLetters)
        }
    }
}
