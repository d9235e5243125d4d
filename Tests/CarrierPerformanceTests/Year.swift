import Freight
import StreamCore
import StreamTesting

/// Weeks of a few carriers, drawn at random: what is published, and a plain recount of it.
struct Year {
    static let start = EventTime(milliseconds: 1_772_409_600_000)
    static let days = 5
    private(set) var records: [(inlet: String, record: Record)] = []

    private struct Delivered {
        let carrier: String
        let driver: String
        let at: EventTime
        let isOnTime: Bool
    }

    private var deliveries: [String: Delivered] = [:]
    private var deviated: Set<String> = []
    private var employers: [String: String] = [:]
    private var violations: [String: (driver: String, carrier: String?, at: EventTime)] = [:]
    private var vehicles: [String: (carrier: String, isAvailable: Bool)] = [:]
    private(set) var now = Year.start
    private var random: SeededGenerator

    init(seed: UInt64, steps: Int) {
        random = SeededGenerator(seed: seed)
        for inlet in ["loads", "routes", "drivers", "entities-drivers", "entities-vehicles"] { pass(inlet) }
        for step in 0..<steps {
            now = now.advanced(by: .init(.seconds(Int.random(in: 1...20_000, using: &random))))
            act(step)
        }
    }

    /// Lets time pass on an inlet: in every partition a record that counts for nobody.
    mutating func pass(_ inlet: String) {
        for number in 0..<12 {
            let key = "nobody-\(number)"
            let value: JSON? =
                inlet == "entities-vehicles"
                ? .object(["id": .string(key)])
                : inlet == "entities-drivers" ? .object(["id": .string(key)]) : event("SYSTEM_ALERT", key, [:])
            publish(inlet, key, value)
        }
    }

    /// Lets time pass everywhere.
    mutating func pass(_ span: Duration) {
        now = now.advanced(by: .init(span))
        for inlet in ["loads", "routes", "drivers", "entities-drivers", "entities-vehicles"] { pass(inlet) }
    }

    private func event(_ type: String, _ id: String, _ data: KeyValuePairs<String, JSON?>) -> JSON {
        .object([
            "event_type": .string(type), "entity_id": .string(id), "timestamp": .string(now.rfc3339), "data": .object(data),
        ])
    }

    private mutating func publish(_ inlet: String, _ key: String, _ value: JSON?) {
        records.append((inlet, Record(key: Array(key.utf8), value: value?.compact, time: now)))
    }

    private mutating func draw(_ name: String, _ count: Int) -> String { "\(name)-\(Int.random(in: 0..<count, using: &random))" }

    private mutating func act(_ step: Int) {
        let (carrier, driver) = (draw("carrier", 3), draw("driver", 6))
        switch Int.random(in: 0..<9, using: &random) {
        case 0...2:
            // Now and then one that has been delivered before.
            let load = step % 10 == 9 ? draw("load", step) : "load-\(step)"
            let isOnTime = Bool.random(using: &random)
            let due = now.advanced(by: .init(.seconds(isOnTime ? 0 : -1)))
            publish(
                "loads", load,
                event(
                    "LOAD_DELIVERED", load,
                    [
                        "carrier_id": .string(carrier), "driver_id": .string(driver), "delivered_at": .string(now.rfc3339),
                        "delivery_datetime": .string(due.rfc3339),
                    ]))
            if deliveries[load] == nil { deliveries[load] = Delivered(carrier: carrier, driver: driver, at: now, isOnTime: isOnTime) }
        case 3:
            let load = "load-\(max(0, step + Int.random(in: -8...3, using: &random)))"
            let state = Bool.random(using: &random) ? "STARTED" : "CLEARED"
            publish(
                "routes", "route-\(load)", event("ROUTE_DEVIATION", "route-\(load)", ["state": .string(state), "load_id": .string(load)]))
            if state == "STARTED" { deviated.insert(load) }
        case 4, 5:
            // Mostly one of the last days: what is over is told of too, and counts no more.
            let count = max(1, step / 4)
            let isOld = Int.random(in: 0..<8, using: &random) == 0
            let violation = "violation-\(Int.random(in: (isOld ? 0 : max(0, count - 9))..<count, using: &random))"
            let owner = violations[violation]?.driver ?? "driver-\(violation.utf8.reduce(0) { $0 + Int($1) } % 6)"
            // A correction of the log may move when it began, also to another day.
            let moved = Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: -40_000...40_000, using: &random) : 0
            let at = Year.start.advanced(by: .init(.seconds((Int(violation.dropFirst(10)).map { $0 * 40_000 } ?? 0) + moved)))
            let state = ["PROVISIONAL", "CONFIRMED", "RETRACTED"].randomElement(using: &random) ?? ""
            publish(
                "drivers", owner,
                event(
                    "DRIVER_HOS_VIOLATION", owner,
                    ["violation_id": .string(violation), "started_at": .string(at.rfc3339), "state": .string(state)]))
            if state == "RETRACTED" {
                violations[violation] = nil
            } else {
                // What has left the window is over: told of again, it is new.
                let known = violations[violation].flatMap { $0.at >= Year.first(before: now) ? $0.carrier : nil }
                violations[violation] = (owner, known ?? employers[owner], at)
            }
        case 6:
            let isGone = Int.random(in: 0..<6, using: &random) == 0
            publish("entities-drivers", driver, isGone ? nil : .object(["id": .string(driver), "carrier_id": .string(carrier)]))
            employers[driver] = isGone ? nil : carrier
            if isGone { break }
            for (id, violation) in violations where violation.driver == driver && violation.carrier == nil {
                violations[id]?.carrier = carrier
            }
        default:
            let vehicle = draw("vehicle", 10)
            let isGone = Int.random(in: 0..<8, using: &random) == 0
            let status = Bool.random(using: &random) ? "AVAILABLE" : "IN_TRANSIT"
            publish(
                "entities-vehicles", vehicle,
                isGone ? nil : .object(["id": .string(vehicle), "carrier_id": .string(carrier), "status": .string(status)]))
            vehicles[vehicle] = isGone ? nil : (carrier, status == "AVAILABLE")
        }
    }

    /// When the window that ends at an instant begins.
    private static func first(before instant: EventTime) -> EventTime {
        let dayMicros: Int64 = 86_400_000_000
        return EventTime(microseconds: (instant.microseconds / dayMicros - Int64(days - 1)) * dayMicros)
    }

    /// What counts for whom at the end, in words: delivered, in time, deviated, violations, vehicles, available.
    func recount() -> [String: [Int]] {
        let dayMicros: Int64 = 86_400_000_000
        let first = Year.first(before: now)
        var counts: [String: [Int]] = [:]
        func add(_ name: String?, _ change: [Int]) {
            guard let name else { return }
            counts[name] = zip(counts[name] ?? Array(repeating: 0, count: 6), change).map(+)
        }
        for (load, delivery) in deliveries where delivery.at >= first {
            for name in [delivery.carrier, delivery.driver] {
                add(name, [1, delivery.isOnTime ? 1 : 0, deviated.contains(load) ? 1 : 0, 0, 0, 0])
            }
        }
        let tomorrow = EventTime(microseconds: (now.microseconds / dayMicros + 1) * dayMicros)
        for violation in violations.values where violation.at >= first && violation.at < tomorrow {
            add(violation.driver, [0, 0, 0, 1, 0, 0])
            add(violation.carrier, [0, 0, 0, 1, 0, 0])
        }
        for vehicle in vehicles.values { add(vehicle.carrier, [0, 0, 0, 0, 1, vehicle.isAvailable ? 1 : 0]) }
        return counts.filter { $0.value.contains { $0 != 0 } }
    }
}
