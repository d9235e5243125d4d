internal import Foundation
import Geodesy
import StreamCore

@testable import FleetSimulator

/// 2026-03-02T06:00:00Z, a Monday.
let monday = EventTime(milliseconds: 1_772_431_200_000)

/// Simulates a fleet for some hours, in calls of `step` seconds.
func simulated(
    vehicles: Int = 0, users: Int = 0, seed: UInt64 = 7, hours: Double, step: Double = 3_600,
    adjusting: (inout SimulationSettings) -> Void = { _ in }
) -> (records: [SimulatedRecord], simulation: FleetSimulation) {
    var settings = SimulationSettings(vehicles: vehicles, users: users, seed: seed, start: monday)
    adjusting(&settings)
    var simulation = FleetSimulation(settings: settings)
    var records: [SimulatedRecord] = []
    var passed = 0.0
    while passed < hours * 3_600 {
        passed = min(passed + step, hours * 3_600)
        records += simulation.advance(to: monday.advanced(seconds: passed))
    }
    return (records, simulation)
}

extension SimulatedRecord {
    /// The value as Foundation reads it; fails the test that asks for one which is not a JSON object.
    func object() throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(value)) as? [String: Any] else { throw NotAnObject() }
        return object
    }

    /// The event's `data`.
    func data() throws -> [String: Any] {
        guard let data = try object()["data"] as? [String: Any] else { throw NotAnObject() }
        return data
    }
}

struct NotAnObject: Error {}

/// A latitude and a longitude out of an object that carries them.
func place(_ value: Any?) throws -> GeoPoint {
    guard let object = value as? [String: Any], let latitude = object["latitude"] as? Double, let longitude = object["longitude"] as? Double
    else { throw NotAnObject() }
    return GeoPoint(latitude: latitude, longitude: longitude)
}
