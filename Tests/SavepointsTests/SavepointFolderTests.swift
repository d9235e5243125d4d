import Foundation
import KeyedState
import Savepoints
import StreamCore
import StreamTesting
import Testing

@Suite struct SavepointFolderTests {
    private let directory: ScratchDirectory
    private let folder: SavepointFolder

    init() throws {
        directory = try ScratchDirectory()
        folder = SavepointFolder(directory.child("savepoints"))
    }

    private static let schema = StateSchema(name: "counts", shape: .value, key: "String", value: "Int", version: 2, oldestVersion: 1)

    private func stage(tasks: Int = 1, states: [StateSchema] = [schema], id: String = "count") -> Savepoint.Stage {
        Savepoint.Stage(id: id, tasks: tasks, states: states)
    }

    private func savepoint(created: Int64 = 5, rows: [String: String] = ["a": "1", "b": "22"]) throws -> Savepoint {
        let store = MemoryStore()
        var writes = RowWrites()
        for (key, value) in rows {
            unsafe Array(key.utf8).withUnsafeBytes { key in unsafe Array(value.utf8).withUnsafeBytes { unsafe writes.set(key, to: $0) } }
        }
        try store.write(writes, changelogPosition: .zero)
        var builder = BatchBuilder()
        builder.append(key: Array("k".utf8), value: nil, time: EventTime(microseconds: 7))
        let partition = TopicPartition("jobs.count.repartition", Partition(0))
        let marker = Marker(
            epoch: Epoch(9), generation: Generation(2), watermark: EventTime(microseconds: 3),
            positions: [partition: .init(resume: Offset(4), readTo: Offset(5), newest: .distantPast)], outputs: 0, changes: 0,
            hash: 0, at: EventTime(microseconds: 9))
        return Savepoint(
            job: "jobs", created: EventTime(microseconds: created), stages: [stage()],
            tasks: [
                TaskImage(
                    task: TaskID(job: "jobs", stage: "count", partition: Partition(0)), marker: marker, rows: try StoredRows(of: store),
                    inFlight: [TaskImage.InFlight(partition: partition, batches: [builder.finish()], read: 1)])
            ])
    }

    @Test func `what was saved is what is loaded`() throws {
        let saved = try savepoint()
        _ = try folder.save(saved, as: "first")
        let loaded = try folder.load("first", of: "jobs")
        #expect(loaded.stages == saved.stages)
        #expect(loaded.summary == saved.summary)
        let (task, before) = (try #require(loaded.tasks.first), try #require(saved.tasks.first))
        #expect(task.marker == before.marker)
        #expect((0..<task.rows.count).map { String(decoding: task.rows.key($0) + task.rows.value($0), as: UTF8.self) } == ["a1", "b22"])
        #expect(task.inFlight.first?.batches.flatMap(\.records) == before.inFlight.first?.batches.flatMap(\.records))
        #expect(task.inFlight.first?.read == 1)
    }

    @Test func `a listing says what each holds, the newest first`() throws {
        _ = try folder.save(try savepoint(created: 5), as: "old")
        _ = try folder.save(try savepoint(created: 8, rows: ["a": "1"]), as: "new")
        #expect(folder.list().map(\.name) == ["new", "old"])
        #expect(folder.list("jobs").map { $0.summary?.rows } == [1, 2])
        #expect(folder.list("others").isEmpty)
    }

    @Test func `a file with any byte changed is refused`() throws {
        _ = try folder.save(try savepoint(), as: "first")
        let path = directory.child("savepoints/jobs/first.savepoint")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 0x10
            try damaged.write(to: URL(fileURLWithPath: path))
            #expect(throws: SavepointFailure.self, "byte \(place)") { try folder.load("first", of: "jobs") }
        }
    }

    @Test func `a file that was cut off is refused wherever it was cut, and listed with its problem`() throws {
        _ = try folder.save(try savepoint(), as: "first")
        let path = directory.child("savepoints/jobs/first.savepoint")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in 0..<whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(throws: SavepointFailure.self, "\(length) bytes") { try folder.load("first", of: "jobs") }
        }
        try whole.prefix(12).write(to: URL(fileURLWithPath: path))
        #expect(folder.list().first?.problem == "it is cut off in its head")
    }

    @Test func `a name that is taken is refused`() throws {
        _ = try folder.save(try savepoint(), as: "first")
        #expect(throws: SavepointFailure.self) { try folder.save(try savepoint(), as: "first") }
    }

    @Test(arguments: ["", "..", "../x", "a/b", ".hidden", "a b"]) func `a name that is no file's is refused`(name: String) throws {
        #expect(throws: SavepointFailure.self) { try folder.save(try savepoint(), as: name) }
        #expect(throws: SavepointFailure.self) { try folder.load("first", of: name) }
        #expect(folder.list(name).isEmpty)
    }

    @Test func `one that is not there is refused with the nearest name`() throws {
        _ = try folder.save(try savepoint(), as: "before-upgrade")
        let failure = #expect(throws: SavepointFailure.self) { try folder.load("before-upgrad", of: "jobs") }
        #expect(failure?.kind == .notFound)
        #expect(failure?.description.contains("did you mean before-upgrade?") == true)
    }

    @Test func `one that was dropped is gone`() throws {
        _ = try folder.save(try savepoint(), as: "first")
        try folder.drop("first", of: "jobs")
        #expect(folder.list().isEmpty)
        #expect(throws: SavepointFailure.self) { try folder.drop("first", of: "jobs") }
    }

    @Test func `a layout that reads what was written fits`() throws {
        let newer = StateSchema(name: "counts", shape: .value, key: "String", value: "Int", version: 3, oldestVersion: 2)
        #expect(try savepoint().problems(with: [stage(states: [newer])]) == [])
    }

    @Test func `a layout that would lose or misread rows is refused with each reason`() throws {
        let saved = try savepoint()
        #expect(saved.problems(with: []).first?.contains("has a stage count that the job does not have") == true)
        #expect(saved.problems(with: [stage(), stage(id: "more")]).first?.contains("a stage more") == true)
        #expect(saved.problems(with: [stage(tasks: 2)]).first?.contains("had 1 tasks and has 2") == true)
        #expect(saved.problems(with: [stage(states: [])]).first?.contains("no longer has the state counts") == true)
        let other = StateSchema(name: "counts", shape: .value, key: "String", value: "Text", version: 2, oldestVersion: 1)
        #expect(saved.problems(with: [stage(states: [other])]).first?.contains("was a value of String to Int") == true)
        let later = StateSchema(name: "counts", shape: .value, key: "String", value: "Int", version: 4, oldestVersion: 3)
        #expect(saved.problems(with: [stage(states: [later])]).first?.contains("of version 2, and this job reads 3 to 4") == true)
    }
}
