internal import Dataflow
internal import StreamCore

/// What identifies a deployment: the same for two files that mean the same, whatever their comments, order, spacing and defaults.
enum Fingerprint {
    /// 16 hexadecimal digits: XXH3 over everything that the job is given.
    static func of(_ job: String, _ bindings: JobBindings, _ settings: [(name: String, value: String)]) -> String {
        let content = JSON.object([
            "job": .string(job),
            "parallelism": .integer(Int64(bindings.parallelism)),
            "attempts": .integer(Int64(bindings.attempts)),
            "ttl": bindings.stateTTL.map { .string($0.text) },
            "inlets": .object(sorted(bindings.inlets.mapValues(json))),
            "outlets": .object(sorted(bindings.outlets.mapValues(json))),
            "settings": .object(settings.sorted { $0.name < $1.name }.map { .init($0.name, .string($0.value)) }),
        ])
        let digits = String(xxh3(content.compact), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func json(_ inlet: JobBindings.Inlet) -> JSON {
        .object([
            "topic": json(inlet.topic),
            "lateness": .integer(inlet.settings.lateness.microseconds),
            "idle-after": .integer(inlet.settings.idleAfter.microseconds),
            "steps-aside": inlet.settings.stepsAside ? true : nil,
            "led-by": inlet.settings.leader.map { json($0) },
            "ahead": inlet.settings.ahead.map { .integer($0.microseconds) },
            "read-to-end": .bool(inlet.settings.readToEnd),
            "start": .string(inlet.start.rawValue),
        ])
    }

    private static func json(_ topic: JobBindings.Topic) -> JSON {
        .object([
            "name": .string(topic.name), "partitions": .integer(Int64(topic.partitions)), "key": topic.key.map { .string($0) },
        ])
    }

    private static func sorted(_ values: [String: JSON]) -> [JSON.Member] {
        values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
    }
}
