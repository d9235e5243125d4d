internal import EventLog

/// How an existing topic is not as declared, and what that means for who declared it.
enum TopicComparison {
    static func differences(
        of declared: TopicSpec, partitions: Int, replicas: Int, properties: [String: String], settings: KafkaLogSettings
    ) -> [TopicDifference] {
        var found: [TopicDifference] = []
        func compare(_ property: String, _ wanted: String, _ has: String, isFatal: Bool = false, _ meaning: String) {
            if wanted == has { return }
            found.append(
                TopicDifference(
                    topic: declared.name, property: property, declared: wanted, actual: has, isFatal: isFatal, meaning: meaning))
        }
        compare(
            "partitions", "\(declared.partitions)", "\(partitions)", isFatal: true,
            "keys would move to other partitions; declare \(partitions), or copy the topic into a new one")
        let actual = TopicConfiguration.cleanup(properties)
        if actual != declared.cleanup {
            compare(
                "cleanup", describe(declared.cleanup), actual.map(describe) ?? properties["cleanup.policy"] ?? "unknown", isFatal: isFatal(declared, actual),
                meaning(declared, actual))
        }
        compare(
            "message.timestamp.type", "CreateTime", properties["message.timestamp.type"] ?? "CreateTime", isFatal: declared.isInternal,
            "the broker puts its own clock in place of each record's event time; alter it with kafka-configs")
        if let farthest = properties["message.timestamp.after.max.ms"].flatMap({ Int64($0) }), farthest < Int64.max / 2 {
            compare(
                "message.timestamp.after.max.ms", TopicConfiguration.anyDistance, "\(farthest)",
                "the broker refuses a record that is dated further ahead, and with it the epoch that holds it; alter it with kafka-configs")
        }
        if let wanted = settings.replicationFactor {
            compare(
                "replication factor", "\(wanted)", "\(replicas)",
                "the topic survives the loss of \(max(0, replicas - 1)) brokers; move it with kafka-reassign-partitions")
        }
        if let wanted = settings.minInSyncReplicas, let has = properties["min.insync.replicas"] {
            compare(
                "min.insync.replicas", "\(wanted)", has, "a record counts as written when \(has) brokers have it; alter it with kafka-configs")
        }
        return found
    }

    /// State would be lost: records that recovery needs go before they are replaced.
    private static func isFatal(_ declared: TopicSpec, _ actual: TopicSpec.Cleanup?) -> Bool {
        guard declared.isInternal else { return false }
        if case .retain(nil, nil) = actual { return false }
        if case .compact = actual, case .compact = declared.cleanup { return false }
        return true
    }

    private static func meaning(_ declared: TopicSpec, _ actual: TopicSpec.Cleanup?) -> String {
        isFatal(declared, actual)
            ? "records that recovery needs would be removed; alter it with kafka-configs, or delete the topic where it holds nothing"
            : "the topic keeps its own rule until it is altered with kafka-configs"
    }

    private static func describe(_ cleanup: TopicSpec.Cleanup) -> String {
        switch cleanup {
        case .retain(let time, let bytes):
            "retain " + (time.map { "\($0)" } ?? "any time") + ", " + (bytes.map { "\($0) bytes" } ?? "any size")
        case .compact(let tombstones): "compact, tombstones \(tombstones)"
        }
    }
}
