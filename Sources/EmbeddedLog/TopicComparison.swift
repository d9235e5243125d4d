internal import EventLog

/// How an existing topic is not as declared, and what that means for who declared it.
enum TopicComparison {
    static func differences(of declared: TopicSpec, from actual: TopicSpec) -> [TopicDifference] {
        var found: [TopicDifference] = []
        func compare(_ property: String, _ wanted: String, _ has: String, isFatal: Bool, _ meaning: String) {
            if wanted != has {
                found.append(
                    TopicDifference(
                        topic: declared.name, property: property, declared: wanted, actual: has, isFatal: isFatal, meaning: meaning))
            }
        }
        compare(
            "partitions", "\(declared.partitions)", "\(actual.partitions)", isFatal: true,
            "keys would move to other partitions; declare \(actual.partitions), or copy the topic into a new one")
        compare(
            "key", declared.key ?? "none", actual.key ?? "none", isFatal: true,
            "its records were placed by the other key; declare that one, or copy the topic into a new one")
        compare(
            "cleanup", describe(declared.cleanup), describe(actual.cleanup), isFatal: false,
            "the topic keeps its own rule until it is deleted and created anew")
        compare(
            "internal", declared.isInternal ? "yes" : "no", actual.isInternal ? "yes" : "no", isFatal: false,
            "who sees the topic stays as it was")
        return found
    }

    private static func describe(_ cleanup: TopicSpec.Cleanup) -> String {
        switch cleanup {
        case .retain(let time, let bytes):
            "retain " + (time.map { "\($0)" } ?? "any time") + ", " + (bytes.map { "\($0) bytes" } ?? "any size")
        case .compact(let tombstones): "compact, tombstones \(tombstones)"
        }
    }
}
