internal import Foundation
import StreamCore
import Testing

@testable import FleetSimulator

@Suite struct AuditTruthTests {
    /// The rule by definition: each record asks all others, and all alerts before it.
    private func bruteForce(_ deliveries: [AuditObservation], _ rule: ReferenceAnomalyRule) -> [ExpectedAlert] {
        var accepted: [AuditObservation] = []
        for (index, delivery) in deliveries.enumerated() {
            let isLate = deliveries[..<index].contains { $0.time.since(delivery.time) > rule.lateness }
            if !isLate, !accepted.contains(where: { $0.id == delivery.id }) { accepted.append(delivery) }
        }
        func precedes(_ a: AuditObservation, _ b: AuditObservation) -> Bool { a.time < b.time || a.time == b.time && a.id < b.id }
        var alerts: [ExpectedAlert] = []
        for record in accepted.sorted(by: precedes) {
            guard let user = record.user else { continue }
            let counted = accepted.filter {
                $0.user == user && record.time.since($0.time) < rule.window && ($0.id == record.id || precedes($0, record))
            }
            let last = alerts.filter { $0.user == user }.map(\.windowEnd).max()
            guard counted.count > rule.threshold, last.map({ record.time.since($0) >= rule.coolDown }) ?? true else { continue }
            alerts.append(
                ExpectedAlert(
                    user: user, windowStart: record.time.advanced(by: -rule.window), windowEnd: record.time,
                    auditIDs: counted.sorted(by: precedes).map(\.id)))
        }
        return alerts
    }

    /// The observations as a detector would read them from the published records.
    private func observations(_ records: [SimulatedRecord]) throws -> [AuditObservation] {
        try records.filter { $0.topic == SimulatedTopic.audit }.map { record in
            let object = try record.object()
            return AuditObservation(
                id: try #require(object["id"] as? String), user: object["user_id"] as? String, time: record.time, arrival: record.arrival)
        }
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 3), (4, 5), (5, 0)])
    func `the truth is what the rule's definition says of the published records`(seed: UInt64, threshold: Int) throws {
        var rule = ReferenceAnomalyRule()
        rule.threshold = threshold
        let (records, simulation) = simulated(users: 8, seed: seed, hours: 0.75) { settings in
            (settings.rule, settings.burstShare, settings.lateAuditShare) = (rule, 0.2, 0.05)
        }
        let seen = try observations(records)
        let truth = simulation.anomalies
        #expect(truth.alerts.count > 10)
        #expect(truth.alerts == bruteForce(seen, rule))
        #expect(truth.late.count > 2)
    }

    @Test func `who is late does not depend on how users are spread over partitions`() throws {
        let (records, simulation) = simulated(users: 60, hours: 3) { $0.lateAuditShare = 0.05 }
        let seen = try observations(records)
        for partitions in [2, 8, 1_000] {
            let keyed = zip(records.filter { $0.topic == SimulatedTopic.audit }, seen)
            let parts = Dictionary(grouping: keyed) { Partitioner.partition(of: $0.0.key, among: partitions) }
            let late = parts.values.flatMap { ReferenceAnomalyRule().judge($0.map(\.1)).late }
            #expect(Set(late) == Set(simulation.anomalies.late))
        }
        #expect(simulation.anomalies.late.count > 20)
    }

    @Test func `the window is open at its start, and the cool-down over at its end`() {
        func alerts(_ instants: [Int64]) -> [Int64] {
            let records = instants.enumerated().map { index, microseconds in
                AuditObservation(
                    id: "id-\(index)", user: "u", time: monday.advanced(microseconds: microseconds), arrival: monday)
            }
            return ReferenceAnomalyRule().judge(records).alerts.map { $0.windowEnd.since(monday).microseconds }
        }
        #expect(alerts([0, 1_000_000]) == [])
        #expect(alerts([0, 999_999]) == [999_999])
        #expect(alerts([0, 10, 60_000_000, 60_000_009]) == [10])
        #expect(alerts([0, 10, 60_000_000, 60_000_010]) == [10, 60_000_010])
    }

    @Test func `exactly the lateness bound is on time, a repeated id counts once, nobody is not a user`() {
        func record(_ id: String, _ user: String?, _ milliseconds: Int64) -> AuditObservation {
            AuditObservation(id: id, user: user, time: monday.advanced(microseconds: milliseconds * 1_000), arrival: monday)
        }
        let rule = ReferenceAnomalyRule()
        #expect(rule.judge([record("a", "u", 500), record("b", "u", 0)]).alerts.map(\.auditIDs) == [["b", "a"]])
        #expect(rule.judge([record("a", "u", 501), record("b", "u", 0)]).late.map(\.id) == ["b"])
        #expect(rule.judge([record("a", "u", 0), record("a", "u", 0)]).alerts.isEmpty)
        #expect(rule.judge([record("a", nil, 0), record("b", nil, 0)]).alerts.isEmpty)
        #expect(rule.judge([record("b", "u", 0), record("a", "u", 0)]).alerts.map(\.auditIDs) == [["a", "b"]])
    }

    @Test func `the traffic has what the rule must withstand`() throws {
        let seen = try observations(simulated(users: 40, hours: 6) { $0.burstShare = 0.08 }.records)
        var instants: [String: [String: EventTime]] = [:]
        for record in seen { if let user = record.user { instants[user, default: [:]][record.id] = record.time } }
        let gaps = instants.values.flatMap { records in
            let times = records.values.sorted()
            return zip(times, times.dropFirst()).map { $1.since($0).microseconds }
        }
        #expect(gaps.contains(0) && gaps.contains(1_000_000) && gaps.contains(999_000))
        #expect(seen.contains { $0.user == nil })
        #expect(seen.contains { $0.arrival.since($0.time).microseconds == 500_000 })
        #expect(zip(seen, seen.dropFirst()).contains { $0.time > $1.time })
        #expect(seen.contains { $0.time.microseconds % 1_000 != 0 } && seen.contains { $0.time.microseconds % 1_000 == 0 })
    }

    @Test func `the truth is a JSON object a line, in the order of its instants`() throws {
        let (_, simulation) = simulated(vehicles: 3, users: 10, hours: 3)
        var last = ""
        for line in simulation.truthLines() {
            let object = try SimulatedRecord(
                topic: "", key: [], value: line, headers: [], time: monday, arrival: monday
            ).object()
            #expect(!line.contains(0x0a) && object["entity"] is String && object["kind"] is String)
            let at = try #require(object["at"] as? String)
            #expect(at.prefix(19) >= last.prefix(19))
            last = at
        }
        #expect(simulated(vehicles: 1, users: 5, hours: 3) { $0.keepsTruth = false }.simulation.truth.isEmpty)
    }
}
