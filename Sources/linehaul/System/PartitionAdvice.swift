internal import Dataflow
internal import EventLog
internal import Topology

/// What to do where a topic has another number of partitions than the folder declares. A key's partition depends on their number, so state
/// and records of a key would no longer meet: no setting makes it right, and the way out is a copy.
struct PartitionAdvice {
    /// How jobs run that the difference touches.
    let plan: TopologyPlan
    /// The brokers, for Kafka's own tools; empty where the log is another one.
    let servers: [String]

    /// The difference, and where it is one of partitions the commands that end it.
    func text(of difference: TopicDifference) -> String {
        guard difference.isFatal, difference.property == "partitions" else { return difference.description }
        let topic = difference.topic
        var lines = [difference.description]
        if let job = plan.jobs.first(where: { job in job.topics.contains { $0.name == topic } }) {
            let inlets = inlets(of: job).map { "`\($0): { partitions: \(difference.actual) }`" }
            lines.append(
                "    it is \(job.name)'s own and has a partition for each of its tasks: the topics that the job reads were declared with "
                    + "\(difference.actual) partitions when it was first deployed")
            lines.append("    to keep its state: in topics.yaml declare \(inlets.joined(separator: " and "))")
            return lines.joined(separator: "\n")
        }
        let keepers = plan.jobs.filter { keepsState($0, over: topic) }
        if keepers.isEmpty {
            lines.append("    no job keeps state over it: in topics.yaml declare `\(topic): { partitions: \(difference.actual) }`")
            return lines.joined(separator: "\n")
        }
        lines.append(
            "    \(keepers.map(\.name).joined(separator: ", ")) keeps state by key: what it knows of a key would lie with another task than "
                + "the key's records")
        if !servers.isEmpty { lines += copy(topic, difference, keepers) }
        return lines.joined(separator: "\n")
    }

    private func copy(_ topic: String, _ difference: TopicDifference, _ keepers: [JobPlan]) -> [String] {
        var lines = ["    the way out; state is built anew from what the topic still holds, and its outputs are sent again:"]
        lines.append("      stop every process of the cluster, and have producers write to \(topic).v2")
        lines.append(
            "      in topics.yaml declare `\(topic): { partitions: \(difference.actual), … }` and `\(topic).v2` with the same; bind the "
                + "inlets of \(keepers.map(\.name).joined(separator: ", ")) to \(topic).v2")
        for own in keepers.flatMap(\.topics) where own.purpose != .deadLetters {
            lines.append("      kafka-topics.sh --bootstrap-server \(servers.joined(separator: ",")) --delete --topic \(own.name)")
        }
        lines.append("      linehaul run --replace")
        lines.append("      linehaul tail \(topic) --from earliest --no-follow --json | linehaul publish \(topic).v2 --format records")
        return lines
    }

    private func inlets(of job: JobPlan) -> [String] { Set(job.bindings.inlets.values.map(\.topic.name)).sorted() }

    private func keepsState(_ job: JobPlan, over topic: String) -> Bool {
        inlets(of: job).contains(topic) && job.stages.contains { !$0.states.isEmpty }
    }
}
