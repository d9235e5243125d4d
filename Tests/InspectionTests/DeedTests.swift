import HTTPServer
@testable import Inspection
import StreamCore
import Testing

/// What is written down of calls that change something.
@Suite struct DeedTests {
    private struct NoRoute: Error {}

    private func deed(_ method: String, _ path: String, _ answer: JSON = .object([])) throws -> Deed? {
        let segments = path.split(separator: "/").map(String.init)
        guard case .found(let route, let parameters) = Router<Inspection.Route>.inspection.find(method, segments) else { throw NoRoute() }
        return route.deed(parameters, answer, by: "ann", "c-1")
    }

    @Test(arguments: [
        ("POST", "/ops/jobs/eta/pause", "jobs", "eta", Deed.Action.statusChange),
        ("POST", "/ops/jobs/eta/resume", "jobs", "eta", .statusChange), ("POST", "/ops/jobs/eta/restart", "jobs", "eta", .statusChange),
        ("POST", "/ops/savepoints/eta", "savepoints", "eta", .create), ("DELETE", "/ops/savepoints/eta/one", "savepoints", "eta", .delete),
        ("POST", "/ops/savepoints/eta/one/restore", "jobs", "eta", .update),
        ("POST", "/ops/topics/tms.loads/records", "topics", "tms.loads", .publish),
        ("POST", "/ops/dlq/tms.loads/replay", "dead_letters", "tms.loads", .update),
    ]) func `a call that changes something is a deed, by whom and to what`(
        method: String, path: String, table: String, name: String, action: Deed.Action
    ) throws {
        let deed = try #require(try deed(method, path))
        #expect((deed.table, deed.name, deed.action) == (table, name, action))
        #expect((deed.user, deed.correlationID) == ("ann", "c-1"))
    }

    @Test(arguments: [
        "/ops/members", "/ops/jobs", "/ops/jobs/eta", "/ops/jobs/eta/state", "/ops/savepoints", "/ops/topics", "/ops/topics/tms.loads",
        "/ops/groups", "/ops/dlq", "/ops/dlq/tms.loads",
    ]) func `a call that only looks is none`(path: String) throws {
        #expect(try deed("GET", path) == nil)
    }

    @Test func `of an answer a deed keeps what it names and nothing else`() throws {
        let answer = JSON.object(["state": "PAUSED", "tasks": 8, "secret": "x"])
        let paused = try #require(try deed("POST", "/ops/jobs/eta/pause", answer))
        #expect(paused.facts.map(\.name) == ["verb", "state"])
        #expect(paused.facts.map(\.value) == ["pause", "PAUSED"])
        let replayed = try #require(try deed("POST", "/ops/dlq/tms.loads/replay", .object(["replayed": 3, "left": 0])))
        #expect(replayed.facts.map(\.name) == ["replayed", "left"])
    }
}
