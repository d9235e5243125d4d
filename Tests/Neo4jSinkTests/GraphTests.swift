import Dataflow
import Freight
import Neo4jClient
import StreamCore
import StreamTesting
import TestServers
import Testing
import Wire

@testable import Neo4jSink

extension Neo4jTests {
    /// What the log says becomes the graph that it means.
    @Suite struct GraphTests {
        private static let at = EventTime(rfc3339: "2030-01-01T08:00:00Z") ?? .distantPast
        private static func id(_ number: Int) -> EntityID { EntityID("0190f3c2-6b7e-7c3a-8d1e-\(100_000_000_000 + number)") }
        private static let (carrier, vehicle, driver, load, route) = (id(1), id(2), id(3), id(4), id(5))

        private func opened(_ server: Neo4jServer) async throws -> (depot: Depot, client: Neo4jClient) {
            let client = Neo4jClient(Neo4jSettings(server.url))
            _ = try client.run([Neo4jStatement("MATCH (n) DETACH DELETE n")])
            var settings = SettingsReader()
            let job = try Neo4jSink(client, settings: &settings)
            return (try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions)), client)
        }

        private func snapshot<Thing: Entity>(_ thing: Thing, version: Int = 1) -> Record {
            var thing = thing
            (thing.version, thing.createdAt, thing.updatedAt) = (version, Self.at, Self.at)
            return Record(key: thing.id.utf8, value: thing.text.utf8, time: Self.at)
        }

        private func fleet() -> (Carrier, Vehicle, Driver, Load, Route) {
            var (carrier, vehicle, driver) = (Carrier.blank(Self.carrier), Vehicle.blank(Self.vehicle), Driver.blank(Self.driver))
            var (load, route) = (Load.blank(Self.load), Route.blank(Self.route))
            carrier.name = "Blue Freight"
            (vehicle.number, vehicle.carrierID, vehicle.currentLocation) = ("T-1", Self.carrier, Location(latitude: 41, longitude: -87))
            (driver.name, driver.licenseNumber, driver.carrierID) = ("Ann Lee", "X1", Self.carrier)
            (load.number, load.carrierID, load.vehicleID, load.driverID) = ("LH-1", Self.carrier, Self.vehicle, Self.driver)
            (load.pickupLocation, load.deliveryLocation) = (Location(latitude: 1, longitude: 2), Location(latitude: 3, longitude: 4))
            (load.pickupAt, load.deliveryAt, load.status) = (Self.at, Self.at, .assigned)
            route.loadID = Self.load
            (route.origin, route.destination) = (
                Document("LOC_HOUSTON"), Document(.object(["latitude": 40, "longitude": -74]))
            )
            return (carrier, vehicle, driver, load, route)
        }

        /// Every relation as `Label-TYPE->Label`.
        private func relations(_ client: Neo4jClient) throws -> [String] {
            try client.run([
                Neo4jStatement("MATCH (a)-[r]->(b) RETURN labels(a)[0] + '-' + type(r) + '->' + labels(b)[0] AS way ORDER BY way")
            ])[0].compactMap { $0.first?.string }
        }

        @Test func `things and what they have to do with each other are what the snapshots say`() async throws {
            let (depot, client) = try await opened(try Neo4jServer.shared())
            let (carrier, vehicle, driver, load, route) = fleet()
            // In no order among them.
            try depot.publish([snapshot(route)], to: "routes")
            try depot.publish([snapshot(load)], to: "loads")
            try depot.publish([snapshot(vehicle)], to: "vehicles")
            try depot.publish([snapshot(driver)], to: "drivers")
            try depot.publish([snapshot(carrier)], to: "carriers")
            try await depot.settled()
            let standing = [
                "Driver-OWNED_BY->Carrier", "Load-ASSIGNED_TO->Carrier", "Load-FOLLOWS->Route", "Load-FROM->Stop", "Load-TO->Stop",
                "Route-FROM->Location", "Route-TO->Stop", "Vehicle-OWNED_BY->Carrier",
            ]
            #expect(try relations(client) == (standing + ["Driver-DRIVES->Vehicle", "Vehicle-TRANSPORTS->Load"]).sorted())
            #expect(try client.run([Neo4jStatement("MATCH (c:Carrier) RETURN c.name")]) == [[["Blue Freight"]]])

            var delivered = load
            delivered.status = .delivered
            try depot.publish([snapshot(delivered, version: 3)], to: "loads")
            try await depot.settled()
            try depot.publish([snapshot(load, version: 2)], to: "loads")
            try await depot.settled()
            #expect(try relations(client) == standing)
            #expect(try client.run([Neo4jStatement("MATCH (l:Load) RETURN l.status, l.version")]) == [[["DELIVERED", 3]]])

            try depot.publish([Record(key: Self.load.utf8, value: nil, time: Self.at)], to: "loads")
            try await depot.settled()
            #expect(try relations(client).filter { $0.contains("Load") } == [])
            await depot.stop()
        }

        @Test func `the network and deviations are relations, one for each`() async throws {
            let (depot, client) = try await opened(try Neo4jServer.shared())
            func segment(_ traffic: String) -> Record {
                Record(
                    #"{"id":"S","from":"A","to":"B","distance_miles":10,"duration_minutes":12,"traffic_level":"\#(traffic)","restrictions":{"max_height":13}}"#,
                    key: "S", at: Self.at)
            }
            try depot.publish(
                [
                    Record(#"{"id":"A","name":"Town A","latitude":1,"longitude":2}"#, key: "A", at: Self.at), segment("LOW"),
                    segment("HEAVY"),
                ],
                to: "network")
            func deviation(_ state: String) -> Record {
                Record(
                    """
                    {"event_type":"ROUTE_DEVIATION","timestamp":"2030-01-01T08:00:00Z","data":{"deviation_id":"d1","state":"\(state)",\
                    "vehicle_id":"v","route_id":"r","since":"2030-01-01T07:00:00Z","distance_off_miles":1.5}}
                    """, key: "r", at: Self.at)
            }
            try depot.publish([deviation("STARTED"), deviation("CLEARED")], to: "deviations")
            try await depot.settled()
            let found = try client.run([
                Neo4jStatement(
                    "MATCH (:Location {id: 'A'})-[s:ROUTE_SEGMENT]->(:Location) RETURN s.traffic_level, s.distance, s.restrictions"),
                Neo4jStatement("MATCH (:Vehicle)-[d:DEVIATED]->(:Route) RETURN d.state, d.distance_off_miles"),
            ])
            #expect(found == [[["HEAVY", .number(10), ["max_height=13"]]], [["CLEARED", .number(1.5)]]])
            try depot.publish([Record(key: Array("S".utf8), value: nil, time: Self.at)], to: "network")
            try await depot.settled()
            #expect(try relations(client) == ["Vehicle-DEVIATED->Route"])
            await depot.stop()
        }

        @Test(.enabled(if: Neo4jServer.ownMissing == nil, "no Neo4j of its own can be had here"))
        func `a graph that is killed under load loses nothing and doubles nothing`() async throws {
            let server = try Neo4jServer()
            defer { server.stop() }
            let client = Neo4jClient(Neo4jSettings(server.url))
            let job = SketchJob { flow in
                flow.from(Inlet<Sample>("input"), decoding: { SampleDecoder() })
                    .written("samples", to: "neo4j") { Neo4jSinkWriter(client, GraphSchema(), SampleGraph()) }
            }
            let depot = try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
            func samples(_ numbers: Range<Int>) -> [Record] { numbers.map { Sample("k\($0 % 17)", $0, at: $0).record } }
            func count() throws -> Int {
                Int(try client.run([Neo4jStatement("MATCH (s:Sample) RETURN count(s)")])[0].first?.first?.integer ?? 0)
            }
            for round in 0..<2 {
                try depot.publish(samples(round * 2_000..<(round * 2_000 + 1_000)), to: "input")
                try await eventually("some rows are there") { try count() > round * 2_000 }
                try server.kill()
                try depot.publish(samples(round * 2_000 + 1_000..<(round + 1) * 2_000), to: "input")
                try await eventually("the job waits") { try await depot.isWaiting }
                try server.start()
            }
            try await depot.settled()
            let found = try client.run([Neo4jStatement("MATCH (s:Sample) RETURN s.number")])[0].compactMap { $0.first?.integer }
            #expect(found.sorted() == Array(0..<4_000))
            await depot.stop()
        }
    }
}
