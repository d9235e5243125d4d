import Freight
import StreamCore
import Testing
import Wire

/// The catalog held against the contract's own list, type by type and member by member.
@Suite struct PromisedTests {
    private static let head: KeyValuePairs<String, JSON> = [
        "event_id": "0191f6a0-7f0b-7a5e-9b4f-1f2d3c4b5a69", "timestamp": "2026-11-23T08:00:00Z", "entity_id": "0191f6a0",
    ]

    /// What is wrong with an event of a type with that data, as the job finds it.
    private func problems(
        _ event: Promised.Event, _ data: [JSON.Member], about subject: String? = nil, and more: [JSON.Member] = []
    ) throws -> [String] {
        let members =
            Self.head.map { JSON.Member($0.key, $0.value) } + [
                JSON.Member("event_type", .string(event.type)), JSON.Member("entity_type", .string(subject ?? event.subjects[0])),
                JSON.Member("data", .object(data)),
            ]
        let names = Set(more.map(\.name))
        let whole = JSON.object(members.filter { !names.contains($0.name) } + more)
        return try EventValidator().problems(inRecord: whole.compact, on: event.topic).map { "\($0.field) \($0.issue)" }
    }

    private func right(_ members: [Promised.Member]) -> [JSON.Member] { members.map { JSON.Member($0.name, $0.right) } }

    @Test func `the catalog has the promised types and no others, each on its topic and about its thing`() {
        #expect(Promised.events.count == 33)
        #expect(Set(Promised.events.map(\.type)) == Set(EventSchema.all.map(\.type.rawValue)))
        for event in Promised.events {
            let schema = EventType(rawValue: event.type).flatMap(EventSchema.of)
            #expect(schema?.topic == event.topic && schema?.entityTypes.map(\.rawValue) == event.subjects, "\(event.type)")
        }
    }

    @Test(arguments: Promised.events) func `every promised member is taken, and no more is asked for than is promised`(
        event: Promised.Event
    ) throws {
        #expect(try problems(event, right(event.members)) == [])
        #expect(try problems(event, right(event.members.filter(\.isRequired))) == [])
        for subject in event.subjects { #expect(try problems(event, right(event.members), about: subject) == []) }
        let extra = [JSON.Member("more", .array([])), JSON.Member("version", "1.4")]
        #expect(try problems(event, right(event.members) + extra.prefix(1), and: extra) == [])
    }

    @Test(arguments: Promised.events) func `a promised member that is missing or wrong is refused by name, with what would be right`(
        event: Promised.Event
    ) throws {
        for member in event.members {
            let others = right(event.members.filter { $0.name != member.name })
            #expect(try problems(event, others) == (member.isRequired ? ["data.\(member.name) is required"] : []))
            let (value, issue) = member.wrong
            let found = try problems(event, others + [JSON.Member(member.name, value)])
            #expect(found.count == 1 && found[0].hasPrefix("data.\(member.name) \(issue)"), "\(event.type) \(found)")
            for name in member.names {
                #expect(found[0].contains(name))
                for text in [name, name.lowercased()] {
                    #expect(try problems(event, others + [JSON.Member(member.name, .string(text))]) == [], "\(event.type) \(text)")
                }
            }
        }
    }

    @Test(arguments: Promised.events) func `names beyond the promised ones are those of the other exceptions of hours of service`(
        event: Promised.Event
    ) throws {
        let schema = try #require(EventType(rawValue: event.type).flatMap(EventSchema.of))
        for member in event.members where !member.names.isEmpty {
            guard case .oneOf(let names)? = schema.data.first(where: { $0.name == member.name })?.shape else {
                Issue.record("\(event.type) takes anything as \(member.name)")
                continue
            }
            let more = Set(names).subtracting(member.names)
            #expect(more == (member.name == "special" ? ["WELL_SITE", "AGRICULTURE"] : []))
        }
    }

    @Test(
        arguments: [
            ("event_id", "7", "must be a UUID"), ("timestamp", "today", "must be an RFC 3339 time such as 2026-01-02T15:04:05Z"),
            ("version", "2.0", "must be 1.0, or another version 1"), ("source", 7, "must be text"), ("correlation_id", 7, "must be text"),
            ("causation_id", 7, "must be text"), ("entity_type", "DEPOT", "must be one of LOAD"),
            ("entity_id", "", "must be an id of at most 200 bytes"),
            ("severity", "BAD", "must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL"), ("actor", 7, "must be text"),
            ("metadata", 7, "must be an object"), ("data", 7, "must be an object"),
        ] as [(String, JSON, String)]) func `the envelope is held to its promise too`(name: String, wrong: JSON, issue: String) throws
    {
        let load = Promised.events[0]
        let found = try problems(load, right(load.members), and: [JSON.Member(name, wrong)])
        #expect(found == ["\(name) \(issue)"])
        let absent = try problems(load, right(load.members), and: [JSON.Member(name, .null)])
        let isRequired = ["event_id", "timestamp", "entity_type", "entity_id", "data"].contains(name)
        #expect(absent == (isRequired ? ["\(name) is required"] : []))
    }
}
