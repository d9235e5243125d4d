internal import Dispatch
internal import EventLog
internal import Execution
internal import KeyedState
internal import Savepoints
internal import StreamCore
internal import StreamTesting
internal import Testing

/// What an engine says and refuses when it holds some of a job's turns, and how it comes and goes.
@Suite(.serialized) struct TurnTests {
    private func split() async throws -> (cluster: Cluster, a: Cluster.Member, b: Cluster.Member) {
        let cluster = try Cluster(Jobs.counting)
        let (a, b) = (try await cluster.start("a"), try await cluster.start("b"))
        try cluster.shared.balance()
        try await cluster.runs(a, 2)
        try await cluster.runs(b, 2)
        return (cluster, a, b)
    }

    @Test func `a key whose task runs elsewhere is asked for there`() async throws {
        let (cluster, a, b) = try await split()
        let all = samples(101, count: 100, keys: 20)
        try cluster.publish(all)
        try await cluster.counted(100, by: [a, b])
        for key in Set(all.map(\.key)) {
            let turn = cluster.turn("counts", Partitioner.partition(of: Array(key.utf8), among: 4).index)
            let (here, there) = cluster.shared.turns(of: "a").contains(turn) ? (a, b) : (b, a)
            #expect(try await here.engine.row(key, of: "counts", job: "sketch").row?.value == .integer(Int64(all.count { $0.key == key })))
            let failure = await #expect(throws: EngineFailure.self) { try await there.engine.row(key, of: "counts", job: "sketch") }
            #expect(failure?.kind == .elsewhere(cluster.shared.turns(of: here.name)))
        }
        let rows = try await a.engine.rows(of: "counts", job: "sketch", prefix: "", limit: 100).rows.count
        #expect(try await b.engine.rows(of: "counts", job: "sketch", prefix: "", limit: 100).rows.count == Set(all.map(\.key)).count - rows)
        await cluster.stop([a, b])
    }

    @Test func `a savepoint of a job that is spread out is refused, and says who has the rest`() async throws {
        let (cluster, a, b) = try await split()
        let failure = await #expect(throws: EngineFailure.self) { try await a.engine.savepoint(of: "sketch") }
        #expect(failure?.kind == .refused)
        #expect(failure?.description.contains("held by b at b:8080 (2)") == true)
        cluster.shared.move(cluster.turns("counts"), to: "a")
        try await cluster.runs(a, 4)
        #expect(try await a.engine.savepoint(of: "sketch").tasks.count == 4)
        await cluster.stop([a, b])
    }

    @Test func `a turn is given back when its task has committed and its state is written`() async throws {
        let (cluster, a, b) = try await split()
        let all = samples(102, count: 100)
        try cluster.publish(all)
        try await cluster.counted(100, by: [a, b])
        cluster.shared.move(cluster.turns("counts"), to: nil)
        try await eventually("all are given back") { cluster.shared.turns(of: "a").isEmpty && cluster.shared.turns(of: "b").isEmpty }
        #expect(try await cluster.tasks(a).isEmpty)
        // Nobody runs them: what comes now waits, and is counted on from where they stood.
        try cluster.publish([Sample("k0", 900, at: 9_000)])
        cluster.shared.grant(cluster.turns("counts"), to: "b")
        try await cluster.counted(101, by: [a, b])
        #expect(try cluster.texts().sorted() == counted(all + [Sample("k0", 900, at: 9_000)]))
        await cluster.stop([a, b])
    }

    @Test func `a job that is removed leaves its turns to the others, and a process that stops all of them`() async throws {
        let (cluster, a, b) = try await split()
        try await a.engine.remove("sketch")
        #expect(cluster.shared.turns(of: "a").isEmpty)
        try cluster.shared.balance()
        try await cluster.runs(b, 4)
        try await a.engine.deploy(cluster.deployment)
        await b.stop()
        try cluster.shared.balance()
        try await cluster.runs(a, 4)
        await cluster.stop([a])
    }

    @Test func `a paused job's tasks come and go paused`() async throws {
        let (cluster, a, b) = try await split()
        try await a.engine.pause("sketch")
        cluster.shared.move(cluster.turns("counts"), to: "a")
        try await eventually("all are here, and paused") {
            let tasks = try await cluster.tasks(a)
            return tasks.count == 4 && tasks.allSatisfy { $0.condition == .paused }
        }
        try cluster.publish(samples(103, count: 40))
        try await a.engine.resume("sketch")
        try await cluster.counted(40, by: [a, b])
        await cluster.stop([a, b])
    }

    @Test func `a task that is asked back, lost or removed while it recovers is let go`() async throws {
        let gate = DispatchSemaphore(value: 0)
        let cluster = try Cluster(Jobs.counting, tune: { settings in
            if settings.instance == "slow" { settings.fault = { if $0 == .recovering { gate.wait() } } }
        })
        let (slow, b) = (try await cluster.start("slow"), try await cluster.start("b"))
        cluster.shared.grant(cluster.turns("counts"), to: "slow")
        try await eventually("they recover") { try await cluster.tasks(slow).count { $0.condition == .recovering } == 4 }
        #expect(try await cluster.tasks(slow).allSatisfy { $0.recovery?.read == 0 })
        cluster.shared.move([cluster.turn("counts", 0)], to: "b")
        cluster.shared.seize([cluster.turn("counts", 1)], for: "b", tellingHolder: true)
        for _ in 0..<16 { gate.signal() }
        try await cluster.runs(b, 2)
        try await cluster.runs(slow, 2)
        let all = samples(104, count: 80, keys: 20)
        try cluster.publish(all)
        try await cluster.counted(80, by: [slow, b])
        #expect(try cluster.texts().sorted() == counted(all))
        await cluster.stop([slow, b])
    }

    @Test func `tools that watch lag are told how far a job has committed`() async throws {
        let (cluster, a, b) = try await split()
        try cluster.publish(samples(105, count: 100, keys: 20))
        try await cluster.counted(100, by: [a, b])
        let ends = try (0..<4).reduce(into: [TopicPartition: Offset]()) { ends, number in
            let partition = TopicPartition("input", Partition(number))
            ends[partition] = try a.log.bounds(of: partition).end
        }
        try await eventually("it is at the end") { cluster.shared.reported(of: "sketch") == ends }
        await cluster.stop([a, b])
    }
}
