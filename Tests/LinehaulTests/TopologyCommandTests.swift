import StreamCore
import Testing

@Suite struct TopologyCommandTests {
    @Test func `the folder that ships is sound`() throws {
        let outcome = try Launched.run("check")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("audit-anomaly"))
    }

    @Test func `a folder's problems are all named with their places`() throws {
        let scratch = try Scratch()
        _ = try scratch.topology(replacing: "threshold", with: "treshold")
        let folder = try scratch.topology(replacing: "lateness", with: "latenes")
        let outcome = try Launched.run("check", folder)
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("audit-anomaly.yaml:6:"))
        #expect(outcome.errors.contains("did you mean threshold?"))
        #expect(outcome.errors.contains("2 problems"))
        let json = try Launched.run("check", folder, "--json")
        #expect(json.code == 1)
        #expect(json.json["problems"]?.array?.count == 2)
    }

    @Test func `a folder that is not there is refused`() throws {
        let outcome = try Launched.run("plan", "/nowhere")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("/nowhere"))
    }

    @Test func `a plan is printed as text, as a chart and as JSON`() throws {
        #expect(try Launched.run("plan", "--offline").output.contains("tms.audit → "))
        #expect(try Launched.run("plan", "--mermaid").output.hasPrefix("flowchart LR"))
        #expect(try Launched.run("plan", "--offline", "--json").json["jobs"]?.array?.contains { $0["job"] == "audit-anomaly" } == true)
    }
}
