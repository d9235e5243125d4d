internal import Dataflow
internal import Freight
internal import StatusTransitions
internal import StreamCore
internal import StreamTesting
internal import Wire

/// The owners in an engine, and what they are told and say.
struct World {
    static let outlets = [
        "loads", "vehicles", "drivers", "carriers", "routes", "tracking", "audit", "replies", "entities-loads", "entities-vehicles",
        "entities-drivers", "entities-carriers", "entities-routes",
    ]

    private var depot: Depot

    init() async throws {
        var reader = SettingsReader()
        let job = try StatusTransitions(settings: &reader)
        var bindings = try JobHarness.bindings(
            of: job, keys: ["commands": "entity_id", "messages": "entity_id", "hours": "driver_id"], partitions: Depot.partitions)
        // What owners say to each other: one topic, written and read.
        bindings.outlets["sagas"] = bindings.inlets["messages"]?.topic
        depot = try await Depot(job, bindings, began: EventTime(rfc3339: "2026-11-23T08:00:00Z"))
    }

    func publish(_ command: Command) throws {
        let encoder = CommandEncoder()
        var builder = BatchBuilder()
        encoder.encode(command, at: command.time, key: encoder.key(of: command), into: &builder)
        try depot.publish(builder.finish().records, to: "commands")
    }

    func records(of topic: String) throws -> [Record] { try depot.records(of: topic) }

    /// What has been answered, by command.
    func replies() throws -> [Reply] { try records(of: "replies").map { try Reply(JSON(parsing: $0.value ?? [])) } }

    /// What has been said in all, in an order that does not depend on who was faster.
    func said() throws -> [String: [String]] {
        var all: [String: [String]] = [:]
        for topic in World.outlets { all[topic] = try records(of: topic).map { "\($0.time) \($0.text)" }.sorted() }
        return all
    }

    mutating func interrupt(_ how: Depot.Interruption) async throws { depot = try await depot.interrupted(how) }

    func stop() async { await depot.stop() }
}
