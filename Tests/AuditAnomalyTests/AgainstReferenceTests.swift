internal import AuditAnomaly
internal import Dataflow
internal import FleetSimulator
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// The job held against the contract's rule written down as it reads.
@Suite struct AgainstReferenceTests {
    /// The shapes in which audit records arrive.
    enum Shape: CaseIterable, Sendable {
        case plain
        case debezium
        case wrapped

        func record(_ seen: AuditObservation) -> Record {
            let user: JSON = seen.user.map(JSON.string) ?? .null
            let row: JSON
            switch self {
            case .plain:
                row = .object(["id": .string(seen.id), "user_id": user, "action": "UPDATE", "created_at": .string(seen.time.rfc3339)])
            case .debezium, .wrapped:
                let change: JSON = .object([
                    "before": .null, "op": "c", "ts_ms": .integer(1),
                    "after": .object(["id": .string(seen.id), "user_id": user, "created_at": .integer(seen.time.microseconds)]),
                ])
                row = self == .debezium ? change : .object(["schema": .object([:]), "payload": change])
            }
            return Record("\(row)", key: seen.user ?? seen.id, at: seen.arrival)
        }
    }

    struct Rule: CustomStringConvertible, Sendable {
        var threshold = 1
        var window = 1_000_000
        var coolDown = 60_000_000
        var lateness = 500_000
        var description: String { "threshold \(threshold) window \(window) cool-down \(coolDown) lateness \(lateness)" }
        var reference: ReferenceAnomalyRule {
            ReferenceAnomalyRule(
                window: .init(.microseconds(window)), threshold: threshold, coolDown: .init(.microseconds(coolDown)),
                lateness: .init(.microseconds(lateness)))
        }
    }

    static func harness(_ rule: Rule, shuffled: Bool = true) throws -> JobHarness {
        var settings = SettingsReader(texts: [
            "threshold": "\(rule.threshold)", "window": "\(rule.window)us", "cool-down": "\(rule.coolDown)us",
        ])
        return try JobHarness(
            try AuditAnomaly(settings: &settings), lateness: ["audit": .microseconds(rule.lateness)],
            keys: shuffled ? [:] : ["audit": "user_id"])
    }

    static func alerts(_ harness: JobHarness) throws -> [String] {
        var decoder = JSONValueDecoder()
        return try harness.received(from: "anomalies").map { record in
            var builder = BatchBuilder()
            builder.append(record)
            let event = try #require(try decoder.decode(0, of: builder.finish()))
            let payload = event["data"] ?? event["payload"] ?? event
            let ids = try #require(payload["audit_ids"]?.array).compactMap(\.string)
            return [
                payload["user_id"]?.string, payload["window_start"]?.string, payload["window_end"]?.string, ids.joined(separator: ","),
                payload["count"].map { "\($0)" },
            ].map { $0 ?? "?" }.joined(separator: " ")
        }
    }

    static func expected(_ verdict: AnomalyVerdict) -> [String] {
        verdict.alerts.map {
            "\($0.user) \($0.windowStart.rfc3339) \($0.windowEnd.rfc3339) \($0.auditIDs.joined(separator: ",")) \($0.count)"
        }
    }

    /// Deliveries that crowd around every edge of the rule.
    static func deliveries(_ seed: UInt64, _ rule: Rule, late: Bool) -> [AuditObservation] {
        var random = SeededGenerator(seed: seed)
        var clock: Int64 = 1_700_000_000_000_000
        let steps = [0, 0, 1, rule.window / 3, rule.window - 1, rule.window, rule.window + 1, rule.coolDown - 1, rule.coolDown, rule.window / 9]
        var all: [AuditObservation] = []
        for number in 0..<120 {
            clock += Int64(random.chance(0.7) ? Int.random(in: 0...max(1, rule.window / 2), using: &random) : steps.randomElement(using: &random) ?? 0)
            let user = random.chance(0.1) ? nil : "u\(Int.random(in: 0..<3, using: &random))"
            var delay = [0, rule.lateness, Int.random(in: 0...rule.lateness, using: &random)].randomElement(using: &random) ?? 0
            if late, random.chance(0.1) { delay = rule.lateness + Int.random(in: 1...rule.window * 2, using: &random) }
            let time = EventTime(microseconds: clock)
            // The id's order is not the order of arrival.
            let seen = AuditObservation(
                id: "\(random.next() % 90)-\(number)", user: user, time: time, arrival: time.advanced(by: .init(microseconds: Int64(delay))))
            all.append(seen)
            if random.chance(0.15), delay <= rule.lateness {
                let again = time.advanced(by: .init(microseconds: Int64(Int.random(in: 0...rule.lateness, using: &random))))
                all.append(AuditObservation(id: seen.id, user: user, time: time, arrival: again))
            }
        }
        return all.enumerated().sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }.map(\.element)
    }

    static let rules: [Rule] = [
        Rule(), Rule(threshold: 0), Rule(threshold: 2), Rule(threshold: 3, coolDown: 0), Rule(threshold: 0, coolDown: 0),
        Rule(coolDown: 2_000_000), Rule(window: 1), Rule(threshold: 2, window: 5_000_000, coolDown: 1_000_000, lateness: 0),
        Rule(threshold: 1, coolDown: 0, lateness: 3_000_000),
    ]

    @Test(arguments: rules, Shape.allCases) func `alerts and late records are the rule's`(rule: Rule, shape: Shape) throws {
        for seed in 0..<14 as Range<UInt64> {
            let deliveries = Self.deliveries(seed, rule, late: true)
            let verdict = rule.reference.judge(deliveries)
            let harness = try Self.harness(rule, shuffled: seed % 2 == 0)
            try harness.send(deliveries.map(shape.record), to: "audit", inBatchesOf: [1, 11, 1_000][Int(seed % 3)])
            try harness.finish()
            #expect(try Self.alerts(harness) == Self.expected(verdict), "seed \(seed)")
            #expect(harness.received(from: "late").count == verdict.late.count, "seed \(seed)")
            #expect(harness.deadLetters.isEmpty)
        }
    }

    @Test(arguments: 0..<25) func `the order of arrival within the bound changes nothing`(seed: UInt64) throws {
        let rule = Rule(threshold: Int(seed % 4), coolDown: 3_000_000)
        let deliveries = Self.deliveries(seed, rule, late: false)
        func run(_ deliveries: [AuditObservation], _ size: Int) throws -> [String] {
            let harness = try Self.harness(rule)
            try harness.send(deliveries.map(Shape.plain.record), to: "audit", inBatchesOf: size)
            try harness.finish()
            #expect(harness.received(from: "late").isEmpty)
            return try Self.alerts(harness)
        }
        var random = SeededGenerator(seed: seed)
        let inOrder = deliveries.sorted { $0.time < $1.time }
        let shuffled = deliveries.map { seen in
            let delay = Int64(Int.random(in: 0...rule.lateness, using: &random))
            return (seen, seen.time.microseconds + delay)
        }.sorted { $0.1 < $1.1 }.map(\.0)
        let alerts = try run(inOrder, 1)
        #expect(try run(deliveries, 17) == alerts)
        #expect(try run(shuffled, 5) == alerts)
        #expect(try run(shuffled, 10_000) == alerts)
    }

    @Test func `a record exactly as old as the bound allows is on time, one older is late`() throws {
        let harness = try Self.harness(Rule())
        let seen = [1_000_000, 500_000, 499_999].map {
            AuditObservation(id: "\($0)", user: "u", time: EventTime(microseconds: $0), arrival: EventTime(microseconds: 1_000_000))
        }
        try harness.send(seen.map(Shape.plain.record), to: "audit")
        try harness.finish()
        #expect(harness.received(from: "late").count == 1)
        #expect(try Self.alerts(harness).count == 1)
    }

    @Test func `settings that make no rule are refused by name`() {
        var reader = SettingsReader(texts: ["window": "0s", "threshold": "-1", "cooldown": "1s"])
        let failure = #expect(throws: SettingsFailure.self) { try AuditAnomaly(settings: &reader) }
        for word in ["window", "threshold", "did you mean cool-down?"] { #expect(failure?.description.contains(word) == true) }
    }
}
