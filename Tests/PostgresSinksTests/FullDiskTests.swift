import Dataflow
import PostgresSinks
import StreamCore
import StreamTesting
import TestServers
import Testing

/// The database's disk is full: its job waits for room, says so, and blames no row.
@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct FullDiskTests {
    @Test func `while the disk is full the job waits and says so, and with room it goes on by itself`() async throws {
        let server = try PostgresServer()
        // A server elsewhere has its disks to itself, and who may not mount has none to fill.
        guard server.port != nil, let disk = try SmallDisk(megabytes: 8) else { return }
        defer { server.stop() }
        let database = try SampleDatabase(on: server)
        try server.place(database.uri, on: disk)
        let job = SketchJob { [pool = database.pool()] flow in
            flow.from(Inlet<Sample>("input"), decoding: { SampleDecoder() })
                .written("rows", to: "postgres") { PostgresSinkWriter(pool, SampleTable.schema(), SampleTable()) }
        }
        let depot = try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
        func samples(_ numbers: Range<Int>) -> [Record] { numbers.map { Sample("k\($0 % 17)", $0, at: $0).record } }
        try depot.publish(samples(0..<500), to: "input")
        try await depot.settled()
        disk.fill()
        try depot.publish(samples(500..<5_000), to: "input")
        try await eventually("it is said") {
            let (isWaiting, failure) = try await (depot.isWaiting, depot.lastFailure)
            return isWaiting && failure?.contains("(53100)") == true
        }
        try disk.makeRoom()
        try await depot.settled()
        #expect(try database.rows().map(\.number).sorted() == Array(0..<5_000))
        #expect(try depot.records(of: "input.dlq").isEmpty)
        await depot.stop()
    }
}
