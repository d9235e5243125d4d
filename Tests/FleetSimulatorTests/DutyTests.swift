internal import Foundation
import StreamCore
import Testing

@testable import FleetSimulator

@Suite struct DutyTests {
    /// A driver's log as delivered: duplicates dropped, in the order of its instants.
    private func logs(vehicles: Int, hours: Double) throws -> [[(start: Int, status: String)]] {
        let records = simulated(vehicles: vehicles, hours: hours, step: 86_400) { ($0.fixSeconds, $0.tiredShare) = (60...60, 0) }.records
        var logs: [[UInt8]: [EventTime: String]] = [:]
        for record in records where record.topic == SimulatedTopic.drivers {
            logs[record.key, default: [:]][record.time] = try #require(record.data()["new_status"] as? String)
        }
        return logs.values.map { log in
            log.sorted { $0.key < $1.key }.map { (Int((Double($0.key.since(monday).microseconds) / 1e6).rounded(.down)), $0.value) }
        }
    }

    @Test func `drivers keep to 11 h, 14 h, 30 min and 10 h for two weeks, and rest 34 h within 70`() throws {
        var nights = 0
        var restarts = 0
        for log in try logs(vehicles: 6, hours: 14 * 24) {
            var (driven, unbroken, worked, window, rest, still) = (0, 0, 0, Int?.none, 0, 0)
            for (entry, following) in zip(log, log.dropFirst()) {
                let length = following.start - entry.start
                #expect(length > 0)
                let isRest = entry.status == "OFF_DUTY" || entry.status == "SLEEPER_BERTH"
                rest = isRest ? rest + length : 0
                still = entry.status == "DRIVING" ? 0 : still + length
                if still >= 1_800 { unbroken = 0 }
                if rest >= 36_000 { (driven, window) = (0, nil) }
                if rest >= 122_400 { worked = 0 }
                if isRest {
                    if rest >= 36_000, following.status == "ON_DUTY" || following.status == "DRIVING" { nights += 1 }
                    if rest >= 122_400 { restarts += 1 }
                    continue
                }
                worked += length
                if window == nil { window = entry.start }
                guard entry.status == "DRIVING" else { continue }
                driven += length
                unbroken += length
                #expect(driven <= 11 * 3_600 && unbroken <= 8 * 3_600 && worked <= 70 * 3_600)
                #expect(following.start - (window ?? entry.start) <= 14 * 3_600)
            }
        }
        #expect(nights >= 6 * 7 && restarts >= 6)
    }

    @Test func `a log opens with 34 h off duty, and no status follows itself`() throws {
        for log in try logs(vehicles: 5, hours: 30) {
            let opening = try #require(log.first)
            #expect(opening.status == "OFF_DUTY" && log[1].start - opening.start >= 34 * 3_600)
            for (entry, following) in zip(log, log.dropFirst()) { #expect(entry.status != following.status) }
        }
    }

    @Test func `a truck moves only while its driver drives`() throws {
        let records = simulated(vehicles: 4, hours: 30) { $0.clockSkewSeconds = 0 }.records
        var logs: [String: [(EventTime, String)]] = [:]
        for record in records where record.topic == SimulatedTopic.drivers {
            let status = try #require(record.data()["new_status"] as? String)
            logs[String(decoding: record.key, as: UTF8.self), default: []].append((record.time, status))
        }
        let ordered = logs.mapValues { $0.sorted { $0.0 < $1.0 } }
        for record in records where record.topic == SimulatedTopic.tracking {
            let data = try record.data()
            guard try #require(data["speed"] as? Double) > 0 else { continue }
            let driver = try #require(data["driver_id"] as? String)
            let log = try #require(ordered[driver])
            // Stamps are whole milliseconds, statuses microseconds.
            #expect(log.last { $0.0 <= record.time.advanced(microseconds: 1_000) }?.1 == "DRIVING")
        }
    }
}
