internal import Dataflow
internal import EventLog
internal import StreamCore
internal import Threads
internal import Topology

/// What a look at a log finds before anything runs over it. Nothing is created and nothing altered.
struct LogCheck {
    /// One thing that a process does with the log, tried.
    struct Step {
        let name: String
        /// What came of it, for people.
        let outcome: String
        let isDone: Bool
    }

    private(set) var steps: [Step] = []
    /// Topics that a start would create.
    private(set) var missing: [TopicSpec] = []
    private(set) var differences: [TopicDifference] = []
    private let kind: String
    private let advice: PartitionAdvice

    /// Whether a start would be refused, or would wait.
    var isRefused: Bool { steps.contains { !$0.isDone } || differences.contains(where: \.isFatal) }

    /// Tries what a process needs of `log` for those topics, one after the other; without brokers that answer, the rest is not tried.
    init(_ log: any EventLog, _ topics: [TopicSpec], cluster: String, advice: PartitionAdvice, clock: () -> EventTime) {
        kind = log.kind
        self.advice = advice
        let began = clock()
        var existing: Set<String> = []
        let isReached = attempt("reached") { () throws(LogFailure) in
            existing = Set(try log.topics().map(\.spec.name))
            return "answers in \(clock().since(began).microseconds / 1_000) ms, has \(counted(existing.count, "topic"))"
        }
        if !isReached { return }
        attempt("group") { () throws(LogFailure) in
            let members = try log.members()
            return members.isEmpty ? "nobody shares the tasks of \(cluster) now" : "\(counted(members.count, "process")) of \(cluster)"
        }
        attempt("transactions") { () throws(LogFailure) in
            try log.makeWriter("check").close()
            return "allowed"
        }
        missing = topics.filter { !existing.contains($0.name) }
        attempt("creation") { [missing] () throws(LogFailure) in
            let obstacles = try log.obstacles(to: missing)
            guard let first = obstacles.first else {
                return missing.isEmpty ? "nothing to create" : "\(counted(missing.count, "topic")) could be created"
            }
            let others = obstacles.count == 1 ? "" : "; and \(counted(obstacles.count - 1, "topic")) more"
            throw LogFailure(.refused, "\(first.topic): \(first.reason)\(others)")
        }
        let there = topics.filter { existing.contains($0.name) }
        var found: [TopicDifference] = []
        attempt("topics") { () throws(LogFailure) in
            // Of those that are there: nothing is missing, so nothing is made.
            found = try log.ensure(there)
            return "\(there.count) of \(topics.count) are there"
        }
        differences = found
        attempt("reading") { () throws(LogFailure) in
            try LogCheck.read(there, of: log, clock)
            return there.isEmpty ? "nothing to read" : "\(counted(there.count, "topic")) can be read"
        }
    }

    /// Comes to the end of a partition of each topic, which only who may read it is told.
    private static func read(_ topics: [TopicSpec], of log: any EventLog, _ clock: () -> EventTime) throws(LogFailure) {
        let bell = Bell()
        let reader = try log.makeReader { bell.ring() }
        defer { reader.close() }
        var open = topics.map { TopicPartition($0.name, Partition(0)) }
        for partition in open { try reader.assign(partition, from: try log.resolve(.latest, in: partition)) }
        let deadline = clock().advanced(by: patience)
        while true {
            var unread: [TopicPartition] = []
            for partition in open {
                _ = try reader.next(partition, upTo: 1)
                if try !reader.isAtEnd(partition) { unread.append(partition) }
            }
            guard let first = unread.first else { return }
            if clock() >= deadline { throw LogFailure(.unavailable, "reading \(first): its end was not reached in time") }
            open = unread
            bell.sleep(100_000)
        }
    }

    /// How long topics may take to be read.
    private static let patience = EventTime.Span(microseconds: 20_000_000)

    @discardableResult
    private mutating func attempt(_ name: String, _ work: () throws(LogFailure) -> String) -> Bool {
        do throws(LogFailure) {
            steps.append(Step(name: name, outcome: try work(), isDone: true))
            return true
        } catch {
            steps.append(Step(name: name, outcome: error.reason, isDone: false))
            return false
        }
    }

    /// What was found, a line or more for each.
    var text: String {
        var lines = ["the \(kind) log:"]
        for step in steps { lines.append("  \(step.isDone ? "ok     " : "REFUSED") \(step.name): \(step.outcome)") }
        if !missing.isEmpty {
            lines.append("  a start would create: \(missing.map { "\($0.name) (\($0.partitions))" }.joined(separator: ", "))")
        }
        for difference in differences {
            lines.append("  \(difference.isFatal ? "REFUSED" : "differs") " + advice.text(of: difference))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same for programs.
    var json: JSON {
        .object([
            "kind": .string(kind), "refused": .bool(isRefused),
            "steps": .array(steps.map { .object(["name": .string($0.name), "ok": .bool($0.isDone), "outcome": .string($0.outcome)]) }),
            "missing": .array(missing.map { .object(["topic": .string($0.name), "partitions": .integer(Int64($0.partitions))]) }),
            "differences": .array(
                differences.map { difference in
                    .object([
                        "topic": .string(difference.topic), "property": .string(difference.property),
                        "declared": .string(difference.declared), "actual": .string(difference.actual), "fatal": .bool(difference.isFatal),
                        "meaning": .string(difference.meaning), "advice": .string(advice.text(of: difference)),
                    ])
                }),
        ])
    }
}
