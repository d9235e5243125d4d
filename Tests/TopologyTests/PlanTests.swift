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
          depot.rules: { partitions: 2, compact: true }
          depot.trucks: { key: place }
          depot.offers: { key: place }
          depot.trucks.raw: {}
          depot.offers.raw: {}
          depot.pairs: {}
          depot.verdicts: {}
        """
    static let dispatch = """
        job: dispatch
        parallelism: 3
        inlets:
          rules: { topic: depot.rules, read-to-end: true }
          trucks: { topic: depot.trucks, lateness: 2s }
          offers: { topic: depot.offers, lateness: 2s }
        outlets: { pairs: depot.pairs, verdicts: depot.verdicts }
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
        let shuffled = Self.dispatch.replacing("depot.offers", with: "depot.offers.raw").replacing("depot.trucks", with: "depot.trucks.raw")
        try Golden.expect(plan(nil, ["dispatch.yaml": shuffled]).text, "join-over-shuffles.txt")
    }

    @Test func `a stream that is used twice is a line for each way`() throws {
        let visits = """
            job: visits
            inlets: { visits: chat.messages }
            outlets: { sessions: chat.counts, cities: chat.late }
            """
        try Golden.expect(plan(nil, ["visits.yaml": visits]).text, "fork.txt")
    }

    @Test func `two jobs are one picture`() throws {
        let plan = try plan(Folders.counts.replacing("chat.messages", with: "chat.raw"), ["dispatch.yaml": Self.dispatch])
        try Golden.expect(plan.mermaid, "two-jobs.mmd")
    }

    @Test func `the plan for programs holds ports, stages, state and topics`() throws {
        try Golden.expect(plan(Folders.counts.replacing("chat.messages", with: "chat.raw")).json.indented + "\n", "shuffle.json")
    }
}
