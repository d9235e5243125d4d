internal import EventLog
internal import StreamCore

/// A topic's declaration in Kafka's own words, and back.
enum TopicConfiguration {
    /// Largest distance between a record's time and the broker's clock: event time may be years old, or wrong by years.
    static let anyDistance = "\(Int64.max)"
    /// Size of the segments of topics that are cleaned record by record: what is in the newest one stays whatever else is said.
    static let cleanedSegment = 64 << 20

    /// The properties with which a new topic is created.
    static func properties(of spec: TopicSpec, minInSyncReplicas: Int?) -> [(name: String, value: String)] {
        var properties = cleanup(of: spec.cleanup)
        properties.append(("message.timestamp.type", "CreateTime"))
        properties.append(("message.timestamp.before.max.ms", anyDistance))
        properties.append(("message.timestamp.after.max.ms", anyDistance))
        if let minInSyncReplicas { properties.append(("min.insync.replicas", "\(minInSyncReplicas)")) }
        if isCleaned(spec) { properties.append(("segment.bytes", "\(cleanedSegment)")) }
        return properties
    }

    private static func isCleaned(_ spec: TopicSpec) -> Bool {
        if case .compact = spec.cleanup { return true }
        return spec.isInternal
    }

    private static func cleanup(of cleanup: TopicSpec.Cleanup) -> [(name: String, value: String)] {
        switch cleanup {
        case .retain(let time, let bytes):
            [
                ("cleanup.policy", "delete"), ("retention.ms", "\(time.map(\.milliseconds) ?? -1)"),
                ("retention.bytes", "\(bytes ?? -1)"),
            ]
        case .compact(let tombstones): [("cleanup.policy", "compact"), ("delete.retention.ms", "\(tombstones.milliseconds)")]
        }
    }

    /// What an existing topic's properties say of its cleanup; `nil` where no declaration of ours means the same.
    static func cleanup(_ properties: [String: String]) -> TopicSpec.Cleanup? {
        func number(_ name: String) -> Int { properties[name].flatMap { Int($0) } ?? -1 }
        switch properties["cleanup.policy"] {
        case "delete":
            let (time, bytes) = (number("retention.ms"), number("retention.bytes"))
            return .retain(time: time < 0 ? nil : .milliseconds(time), bytes: bytes < 0 ? nil : bytes)
        case "compact": return .compact(tombstones: .milliseconds(max(0, number("delete.retention.ms"))))
        default: return nil
        }
    }

    /// Kafka's own topics, and those that stages have for themselves: `<job>.<stage>.changelog`, `.turn`, `.repartition`.
    static func isInternal(_ topic: String) -> Bool {
        topic.hasPrefix("__") || [".changelog", ".turn", ".repartition"].contains { topic.hasSuffix($0) }
    }
}
