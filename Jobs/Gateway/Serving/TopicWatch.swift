internal import Dataflow
internal import EventLog
internal import Freight
internal import StreamCore
internal import Synchronization

/// What the log says of its public topics, asked at most once a second. On threads that may wait.
final class TopicWatch: Sendable {
    private struct Look {
        let at: EventTime
        let ends: [String: Int64]
        let rates: [String: Double]
        let answer: JSON
    }

    private let scope: ResidentScope
    private let last = Mutex<Look?>(nil)
    private static let freshness = EventTime.Span(microseconds: 1_000_000)

    init(_ scope: ResidentScope) { self.scope = scope }

    /// The answer to `GET /events/topics`.
    func answer() throws(Refusal) -> JSON {
        let now = scope.clock()
        let known = last.withLock { $0 }
        if let known, now.since(known.at) < TopicWatch.freshness { return known.answer }
        do throws(LogFailure) {
            let look = look(try scope.log.topics(), try scope.log.groups(), at: now, after: known)
            last.withLock { $0 = look }
            return look.answer
        } catch {
            throw .logUnavailable
        }
    }

    private func look(_ topics: [TopicStatus], _ groups: [ConsumerGroup], at now: EventTime, after known: Look?) -> Look {
        var (ends, rates, rows) = ([String: Int64](), [String: Double](), [JSON]())
        for topic in topics where !topic.spec.isInternal {
            let name = topic.spec.name
            let end = topic.partitions.reduce(0) { $0 + $1.bounds.committed.number }
            ends[name] = end
            if let known, let before = known.ends[name] {
                rates[name] = Double(max(0, end - before)) / (Double(max(1, now.since(known.at).microseconds)) / 1e6)
            }
            rows.append(row(topic, groups, rate: rates[name] ?? 0))
        }
        return Look(at: now, ends: ends, rates: rates, answer: .object(["topics": .array(rows)]))
    }

    private func row(_ topic: TopicStatus, _ groups: [ConsumerGroup], rate: Double) -> JSON {
        let readers = groups.compactMap { group -> JSON? in
            let behind = topic.partitions.compactMap { partition in
                group.positions[TopicPartition(topic.spec.name, partition.partition)].map {
                    max(0, partition.bounds.committed.number - $0.number)
                }
            }
            if behind.isEmpty { return nil }
            return .object([
                "group": .string(group.name), "members": .integer(Int64(group.members.count)), "lag": .integer(behind.reduce(0, +)),
            ])
        }
        return .object([
            "name": .string(topic.spec.name), "partitions": .integer(Int64(topic.partitions.count)), "records": .integer(topic.records),
            "bytes": topic.bytes.map { .integer(Int64($0)) }, "rate_per_s": .number((rate * 10).rounded() / 10),
            "status": .string(rate > 0 ? "ACTIVE" : "IDLE"), "groups": .array(readers),
        ])
    }
}
