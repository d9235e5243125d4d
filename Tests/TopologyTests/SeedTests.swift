import EventLog
import StreamCore
import Testing
import Topology

@Suite struct SeedTests {
    private static func topics(_ properties: String) -> String { Folders.topics + "\n  chat.rooms: { partitions: 2, \(properties) }\n" }

    private func folder(_ properties: String, _ seed: String?) -> TopologyFolder {
        Folders.folder(topics: SeedTests.topics(properties), others: seed.map { ["rooms.ndjson": $0] } ?? [:])
    }

    @Test func `a topic begins with the lines of its seed, keyed by its field`() throws {
        let lines = [#"{"id":"hall","seats":200}"#, #"{"id":7}"#]
        let loaded = try folder("key: id, compact: true, seed: rooms.ndjson", lines.joined(separator: "\n") + "\n\n").load(environment: [:])
        let seed = try #require(loaded.seeds.first)
        #expect(seed.topic.name == "chat.rooms")
        let now = EventTime(milliseconds: 5)
        let records = seed.batches(at: now).flatMap { written in (0..<written.batch.count).map { written.batch.record($0) } }
        #expect(Set(records.map { String(decoding: $0.key ?? [], as: UTF8.self) }) == ["hall", "7"])
        #expect(Set(records.map { String(decoding: $0.value ?? [], as: UTF8.self) }) == Set(lines))
        #expect(records.allSatisfy { $0.time == now })
    }

    @Test(arguments: [
        (
            "key: id, seed: rooms.ndjson", "{\"id\":\"a\"}\n{\"name\":\"b\"}\nno",
            [
                "t/rooms.ndjson:2:1: a record of `chat.rooms` needs `id`, a text or a whole number",
                "t/rooms.ndjson:3:1: it is no JSON object: ",
            ]
        ),
        (
            "seed: rooms.ndjson", #"{"id":1}"#,
            ["t/topics.yaml:5:32: `chat.rooms` has a seed and no `key`; name the field that its records are keyed by"]
        ),
        (
            "key: id, seed: room.ndjson", #"{"id":1}"#,
            [
                "t/rooms.ndjson:1:1: no topic begins with it; name it in topics.yaml as the topic's `seed`, or take it out of the folder",
                "t/topics.yaml:5:41: `chat.rooms` begins with room.ndjson, which is not in the folder; is it rooms.ndjson?",
            ]
        ),
        (
            "key: id, seed: rooms.ndjson", nil,
            ["t/topics.yaml:5:41: `chat.rooms` begins with rooms.ndjson, which is not in the folder; it must lie beside topics.yaml"]
        ),
    ])
    func `what is wrong with a seed is said, and where`(properties: String, seed: String?, expected: [String]) {
        let problems = Folders.problems(folder(properties, seed)).sorted()
        #expect(problems.count == expected.count, "\(problems)")
        for (problem, start) in zip(problems, expected) { #expect(problem.hasPrefix(start), "\(problem)") }
    }
}
