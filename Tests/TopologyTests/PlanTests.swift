import Dataflow
import StreamCore
import Testing
import Topology

@Suite struct PlanTests {
    static let topics = """
        topics:
          chat.messages: { partitions: 4, key: user_id }
          chat.raw: { partitions: 6 }
          chat.counts: { partitions: 4 }
          chat.late: { partitions: 1 }
          rules: { partitions: 2, compact: true }
          trucks: { key: place }
          offers: { key: place }
          offers.raw: {}
          pairs: {}
          verdicts: {}
        """
    static let dispatch = """
        job: dispatch
        parallelism: 3
        inlets:
          rules: { topic: rules, read-to-end: true }
          trucks: { topic: trucks, lateness: 2s }
          offers: { topic: offers, lateness: 2s }
        outlets: { pairs: pairs, verdicts: verdicts }
        """

    private func plan(_ counts: String?, _ others: [String: String] = [:]) throws -> TopologyPlan {
        try TopologyPlan(
            Folders.folder(topics: Self.topics, counts: counts, others: others).deploy(environment: [:], catalog: catalog).deployments)
    }

    @Test func `a job keyed as its topic is has one stage and no shuffle`() throws {
        try Golden.expect(plan(Folders.counts).text, "keyed-topic.txt")
    }

    @Test func `a job keyed otherwise shuffles`() throws {
        try Golden.expect(plan(Folders.counts.replacing("chat.messages", with: "chat.raw")).text, "shuffle.txt")
    }

    @Test func `joins meet in one stage, and a broadcast goes to every task`() throws {
        try Golden.expect(plan(nil, ["dispatch.yaml": Self.dispatch]).text, "join-and-broadcast.txt")
    }

    @Test func `a join over shuffles reads both through one topic`() throws {
        let shuffled = Self.dispatch.replacing("topic: offers", with: "topic: offers.raw").replacing("topic: trucks", with: "topic: pairs")
        try Golden.expect(plan(nil, ["dispatch.yaml": shuffled]).text, "join-over-shuffles.txt")
    }

    @Test func `two jobs are one picture`() throws {
        let plan = try plan(Folders.counts.replacing("chat.messages", with: "chat.raw"), ["dispatch.yaml": Self.dispatch])
        try Golden.expect(plan.mermaid, "two-jobs.mmd")
    }

    @Test func `the plan for programs holds ports, stages, state and topics`() throws {
        try Golden.expect(plan(Folders.counts.replacing("chat.messages", with: "chat.raw")).json.indented + "\n", "shuffle.json")
    }
}
