public import EventLog
public import StreamCore

extension TopicStatus {
    /// The topic in a list.
    public var summary: JSON {
        .object([
            "name": .string(spec.name),
            "partitions": .integer(Int64(spec.partitions)),
            "key": spec.key.map { .string($0) },
            "cleanup": .string(spec.cleanup.text),
            "internal": .bool(spec.isInternal),
            "records": .integer(records),
            "bytes": bytes.map { .integer(Int64($0)) },
            "newest": partitions.compactMap(\.newest).max().flatMap(\.instant),
        ])
    }

    /// The topic with its partitions.
    public var json: JSON {
        let parts = partitions.map { part in
            JSON.object([
                "partition": .integer(Int64(part.partition.number)), "start": .integer(part.bounds.start.number),
                "committed": .integer(part.bounds.committed.number), "end": .integer(part.bounds.end.number),
                "bytes": part.bytes.map { .integer(Int64($0)) }, "newest": part.newest.flatMap(\.instant),
            ])
        }
        var members = (summary.members ?? []).filter { $0.name != "partitions" }
        members.append(JSON.Member("partitions", .array(parts)))
        return .object(members)
    }
}

extension TopicSpec.Cleanup {
    /// The rule in words.
    var text: String {
        switch self {
        case .compact(let tombstones): return "compact, tombstones kept \(tombstones.text)"
        case .retain(let time, let bytes):
            let limits = [time.map { "for \($0.text)" }, bytes.map { "up to \($0.byteSize)" }].compactMap { $0 }
            return limits.isEmpty ? "kept" : "kept \(limits.joined(separator: ", "))"
        }
    }
}
