import Dataflow
import Foundation
import Freight
import Geodesy
import HoursOfService
import RoadNetwork
import RouteOptimization
import StreamCore
import StreamTesting
import Testing
import Wire

/// The whole way over a real log: from a change of the network to the command for the route's owner.
@Suite(.serialized) struct RouteOptimizationTests {
    private static let now = EventTime(microseconds: 1_900_000_000_000_000)
    private static let route: EntityID = "0190f3c2-6b7e-7c3a-8d1e-00000000000a"
    private static let vehicle: EntityID = "0190f3c2-6b7e-7c3a-8d1e-00000000000b"

    /// Three towns in a row, and a fourth by which the way from the second to the third is longer.
    private static let places = [("A", 30.0, -95.0), ("B", 32.0, -95.0), ("C", 34.0, -95.0), ("D", 33.0, -94.0)]

    private static func segment(_ from: String, _ to: String, miles: Double, _ more: KeyValuePairs<String, JSON?> = [:]) -> Record {
        let id = "SEG_\(from)_\(to)"
        let members: KeyValuePairs<String, JSON?> = [
            "id": .string(id), "from": .string(from), "to": .string(to), "distance_miles": .number(miles),
            "duration_minutes": .number(miles),
        ]
        let value = JSON.object((JSON.object(members).members ?? []) + (JSON.object(more).members ?? []))
        return Record(key: Array(id.utf8), value: value.compact, time: now)
    }

    private static var network: [Record] {
        places.map { id, latitude, longitude in
            Record(
                key: Array(id.utf8),
                value: JSON.object(["id": .string(id), "latitude": .number(latitude), "longitude": .number(longitude)]).compact, time: now)
        } + [segment("A", "B", miles: 150), segment("B", "C", miles: 150), segment("B", "D", miles: 120), segment("D", "C", miles: 120)]
    }

    /// The route from A to C by B, as its owner would show it.
    private static func snapshot(version: Int = 1, _ change: (inout Route) -> Void = { _ in }) throws -> Record {
        var route = Route.blank(Self.route)
        (route.vehicleID, route.status, route.version) = (vehicle, .active, version)
        (route.origin, route.destination) = (Document("A"), Document("C"))
        route.legs = [("A", "B"), ("B", "C")].map { from, to in
            Document(
                .object([
                    "from": .string(from), "to": .string(to), "segment": .string("SEG_\(from)_\(to)"), "distance_miles": 150,
                    "duration_minutes": 150, "toll_cost": 0,
                ]))
        }
        route.geometry = Document(.object(["type": "LineString", "coordinates": [[-95, 30], [-95, 32], [-95, 34]]]))
        change(&route)
        return Record(key: Self.route.utf8, value: route.text.utf8, time: now)
    }

    private static func fix(latitude: Double) -> Record {
        Record(
            #"{"data":{"vehicle_id":"\#(vehicle)","location":{"latitude":\#(latitude),"longitude":-95}}}"#, key: "\(vehicle)", at: now)
    }

    private func opened() async throws -> Depot {
        var settings = SettingsReader()
        let job = try RouteOptimization(settings: &settings)
        var bindings = try JobHarness.bindings(of: job, partitions: Depot.partitions)
        for name in ["network", "routes", "hours"] { bindings.inlets[name]?.settings.readToEnd = true }
        return try await Depot(job, bindings, began: Self.now)
    }

    private func asked(_ depot: Depot, _ count: Int) async throws -> [Command] {
        try await eventually("\(count) commands are there") { try depot.records(of: "commands").count >= count }
        return try depot.records(of: "commands").map { try Command(JSON(parsing: $0.value ?? [])) }
    }

    @Test func `a route whose next segment closes goes another way, and its version is named`() async throws {
        let depot = try await opened()
        try depot.publish(Self.network, to: "network")
        try depot.publish([try Self.snapshot()], to: "routes")
        try depot.publish([Self.segment("B", "C", miles: 150, ["closed": true])], to: "network")
        let commands = try await asked(depot, 1)
        let command = try #require(commands.first)
        #expect((command.type, command.mode, command.entityID, command.ifMatch) == (.update, .patch, Self.route, [1]))
        #expect(command.body["path"]?.array?.compactMap(\.string) == ["A", "B", "D", "C"])
        #expect(command.body["distance_miles"]?.number == 390)
        await depot.stop()
    }

    @Test func `what was closed while nobody ran is seen at the start`() async throws {
        let depot = try await opened().interrupted(.stop)
        try depot.publish(Self.network, to: "network")
        try depot.publish([try Self.snapshot()], to: "routes")
        try depot.publish([Self.segment("B", "C", miles: 150, ["closed": true])], to: "network")
        let again = try await depot.interrupted(.stop)
        let commands = try await asked(again, 1)
        // One that was asked before the stop is asked again under the same id.
        #expect(Set(commands.map(\.id)).count == 1)
        await again.stop()
    }

    @Test func `the leg that the vehicle is on is driven to its end, and what lies behind it does not matter`() async throws {
        let depot = try await opened()
        try depot.publish(Self.network, to: "network")
        try depot.publish([Self.fix(latitude: 31)], to: "tracking")
        try depot.publish([try Self.snapshot()], to: "routes")
        try depot.publish([Self.segment("B", "C", miles: 150, ["traffic_level": "SEVERE"])], to: "network")
        let command = try #require(try await asked(depot, 1).first)
        #expect(command.body["path"]?.array?.compactMap(\.string).first == "A")
        #expect(command.body["legs"]?.array?.first?["segment"] == "SEG_A_B")
        await depot.stop()
    }

    @Test func `a route that has not begun, or is over, stays as it was`() async throws {
        let depot = try await opened()
        try depot.publish(Self.network, to: "network")
        try depot.publish([try Self.snapshot { $0.status = .planned }], to: "routes")
        try depot.publish([Self.segment("B", "C", miles: 150, ["closed": true])], to: "network")
        try await depot.settled()
        #expect(try depot.records(of: "commands").isEmpty)
        await depot.stop()
    }
}
