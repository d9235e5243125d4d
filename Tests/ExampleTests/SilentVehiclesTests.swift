import Dataflow
import ExampleJob
import StreamCore
import StreamTesting
import Testing
import Topology

/// The job of `docs/write-a-job.md`, run as the page says it runs.
@Suite struct SilentVehiclesTests {
    private let page = Page()

    private func harness(_ settings: [String: String] = [:]) throws -> JobHarness {
        var reader = SettingsReader(texts: settings)
        return try JobHarness(try SilentVehicles(settings: &reader), lateness: ["tracking": .seconds(10)], keys: ["tracking": "vehicle_id"])
    }

    private func report(_ vehicle: String, at second: Int64) -> Record {
        Record(#"{"event_type":"VEHICLE_LOCATION_UPDATED","entity_id":"\#(vehicle)"}"#, key: vehicle, at: instant(second))
    }

    private func instant(_ second: Int64) -> EventTime { EventTime(milliseconds: second * 1_000) }

    @Test func `a vehicle that stops reporting raises one alert, at the end of the limit`() throws {
        let harness = try harness(["limit": "60s"])
        try harness.send([report("T-1", at: 0), report("T-1", at: 30)], to: "tracking")
        try harness.advance(to: instant(89))
        #expect(harness.received(from: "alerts").isEmpty)
        try harness.advance(to: instant(1_000))
        let alert = try #require(harness.received(from: "alerts").first)
        #expect(harness.received(from: "alerts").count == 1)
        #expect(alert.time == instant(90))
        #expect(alert.key == Array("T-1".utf8))
        #expect(alert.text.contains(#""event_type":"SYSTEM_ALERT""#))
        #expect(alert.text.contains(#""entity_id":"T-1""#))
    }

    @Test func `a report puts the alarm off, also one that came out of order`() throws {
        let harness = try harness(["limit": "60s"])
        try harness.send([report("T-1", at: 50), report("T-1", at: 45), report("T-2", at: 20)], to: "tracking")
        try harness.advance(to: instant(109))
        #expect(harness.received(from: "alerts").map(\.time) == [instant(80)])
    }

    @Test func `what is not a vehicle's report becomes a dead letter or is passed over`() throws {
        let harness = try harness()
        try harness.send([Record("no JSON", key: "T-1", at: instant(0)), Record("{}", key: "T-1", at: instant(1))], to: "tracking")
        try harness.finish()
        #expect(harness.received(from: "alerts").isEmpty)
        #expect(harness.deadLetters.count == 1)
    }

    @Test func `the page shows the very text of the job and of its topology file`() throws {
        let (job, topology) = ("docs/write-a-job/SilentVehicles.swift", "docs/write-a-job/silent-vehicles.yaml")
        #expect(try page.block("swift", after: job) == page.file(job))
        #expect(try page.block("yaml", after: topology) == page.file(topology))
    }

    @Test func `the job has fewer than 60 lines`() throws {
        #expect(try page.file("docs/write-a-job/SilentVehicles.swift").split(separator: "\n", omittingEmptySubsequences: false).count <= 60)
    }

    @Test func `its topology file is sound beside the shipped topics, and the page shows its plan`() throws {
        let files = [
            "topology/cluster.yaml": try page.file("topology/cluster.yaml"), "topology/topics.yaml": try page.file("topology/topics.yaml"),
            "topology/silent-vehicles.yaml": try page.file("docs/write-a-job/silent-vehicles.yaml"),
        ]
        let (_, deployments) = try TopologyFolder(files: files).deploy(environment: [:], catalog: JobCatalog(.init(SilentVehicles.init(settings:))))
        #expect(try page.block("text", after: "linehaul plan") == TopologyPlan(deployments).text)
    }
}
