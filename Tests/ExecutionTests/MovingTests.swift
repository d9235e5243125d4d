internal import Dataflow
internal import EventLog
internal import Execution
internal import Ledger
internal import StreamCore
internal import StreamTesting
internal import Synchronization
internal import Testing
internal import Wire

/// Tasks move between processes with their state: what leaves is what would have left had they stayed.
@Suite(.serialized) struct MovingTests {
    @Test func `a process runs the tasks whose turns it holds and no others`() async throws {
        let cluster = try Cluster(Jobs.counting)
        let (a, b) = (try await cluster.start("a"), try await cluster.start("b"))
        #expect(try await cluster.tasks(a).isEmpty)
        cluster.shared.grant([cluster.turn("counts", 0), cluster.turn("counts", 1), cluster.turn("counts", 3)], to: "a")
        cluster.shared.grant([cluster.turn("counts", 2)], to: "b")
        try await cluster.runs(a, 3)
        try await cluster.runs(b, 1)
        #expect(try await cluster.tasks(a).map(\.task.partition.number) == [0, 1, 3])
        #expect(try await b.engine.snapshot(of: "sketch").stages[0].plan.tasks == 4)
        let all = samples(61, count: 200, keys: 20)
        try cluster.publish(all)
        try await cluster.counted(200, by: [a, b])
        #expect(try cluster.texts().sorted() == counted(all))
        await cluster.stop([a, b])
    }

    @Test(arguments: [false, true]) func `tasks that move amid load lose and double nothing`(shuffled: Bool) async throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let cluster = try Cluster(shuffled ? Jobs.shuffling : Jobs.counting)
            var members = [try await cluster.start("a"), try await cluster.start("b")]
            try cluster.shared.balance()
            let all = samples(seed + 300, count: 800, keys: 40)
            var random = SeededGenerator(seed: seed)
            for start in stride(from: 0, to: 800, by: 10) {
                try cluster.publish(Array(all[start..<start + 10]))
                if start == 300 {
                    members.append(try await cluster.start("c"))
                    try cluster.shared.balance()
                }
                if start % 50 == 0 {
                    let turn = cluster.turn("counts", Int.random(in: 0..<4, using: &random))
                    cluster.shared.move([turn], to: members[Int.random(in: 0..<members.count, using: &random)].name)
                }
                await Task.yield()
            }
            try await cluster.counted(800, by: members)
            #expect(try cluster.texts().sorted() == counted(all), "seed \(seed)")
            await cluster.stop(members)
        }
    }

    @Test func `a rolling restart under load loses and doubles nothing, and who comes back finds its state`() async throws {
        let cluster = try Cluster(Jobs.shuffling)
        var members = [try await cluster.start("a"), try await cluster.start("b")]
        try cluster.shared.balance()
        let all = samples(71, count: 600, keys: 40)
        for start in stride(from: 0, to: 600, by: 10) {
            try cluster.publish(Array(all[start..<start + 10]))
            if start % 150 == 140 {
                // Nothing may hold on to it: its state directory is one process's at a time.
                let name = members[0].name
                await members.removeFirst().stop()
                #expect(cluster.shared.turns(of: name).isEmpty)
                try cluster.shared.balance()
                members.append(try await cluster.start(name))
                try cluster.shared.balance()
            }
        }
        try await cluster.counted(600, by: members)
        #expect(try cluster.texts().sorted() == counted(all))
        await cluster.stop(members)
    }

    @Test func `a process that was believed dead commits no more, and what it did is done once`() async throws {
        for isTold in [true, false] {
            let cluster = try Cluster(Jobs.counting)
            let (a, b) = (try await cluster.start("a"), try await cluster.start("b"))
            cluster.shared.grant(cluster.turns("counts"), to: "a")
            let all = samples(81, count: 900, keys: 40)
            let lost = Set([0, 1].map { cluster.turn("counts", $0) })
            try cluster.publish(Array(all[..<300]))
            try await cluster.runs(a, 4)
            try cluster.publish(Array(all[300..<400]))
            cluster.shared.seize(lost, for: "b", tellingHolder: isTold)
            for start in stride(from: 400, to: 900, by: 10) { try cluster.publish(Array(all[start..<start + 10])) }
            if !isTold {
                // Each epoch of its slots that holds a task it has lost fails whole.
                try await eventually("its commits are fenced") { cluster.shared.fencedCommits > 0 }
                try await eventually("it says that it waits") { a.lines.count("job waits for what it stands on") >= 1 }
                #expect(try await cluster.tasks(a).allSatisfy { $0.failures == 0 })
                cluster.shared.tell("a", lost: lost)
            }
            try await cluster.counted(900, by: [a, b])
            #expect(try cluster.texts().sorted() == counted(all))
            try await cluster.runs(a, 2)
            try await cluster.runs(b, 2)
            await cluster.stop([a, b])
        }
    }

    @Test func `a turn that was lost and comes back finds a store that is written no more`() async throws {
        let cluster = try Cluster(Jobs.counting, tune: { $0.writeBehindEvery = .init(microseconds: 200) })
        let (a, b) = (try await cluster.start("a"), try await cluster.start("b"))
        cluster.shared.grant(cluster.turns("counts"), to: "a")
        let all = samples(91, count: 1_000, keys: 30)
        for start in stride(from: 0, to: 1_000, by: 10) {
            try cluster.publish(Array(all[start..<start + 10]))
            cluster.shared.seize(cluster.turns("counts"), for: start % 20 == 0 ? "b" : "a", tellingHolder: true)
            await Task.yield()
        }
        try await cluster.counted(1_000, by: [a, b])
        #expect(try cluster.texts().sorted() == counted(all))
        await cluster.stop([a, b])
    }

    @Test func `money moves once though the tasks that move it move`() async throws {
        var settings = SettingsReader(texts: ["opening": "500", "statement-after": "5s"])
        let cluster = try Cluster(
            try Ledger(settings: &settings), keys: ["transfers": "from"],
            bind: { $0.inlets["transfers"]?.settings.lateness = .init(.seconds(2)) })
        var members = [try await cluster.start("a"), try await cluster.start("b")]
        try cluster.shared.balance()
        var random = SeededGenerator(seed: 5)
        let names = (0..<12).map { "acc\($0)" }
        func transfer(_ id: Int, _ from: String, at micros: Int) -> Record {
            let (to, amount) = (names[Int.random(in: 0..<12, using: &random)], Int.random(in: 1...20, using: &random))
            return Record(
                #"{"id":"t\#(id)","from":"\#(from)","to":"\#(to)","amount":\#(amount)}"#, key: from,
                at: EventTime(microseconds: Int64(micros)))
        }
        for round in 0..<60 {
            let records = (0..<10).map {
                transfer(round * 10 + $0, names[Int.random(in: 0..<12, using: &random)], at: 1_000_000 + (round * 10 + $0) * 10_000)
            }
            try cluster.publish(records, to: "transfers")
            switch round % 12 {
            case 3: cluster.shared.move(cluster.turns("accounts"), to: members[round / 12 % members.count].name)
            case 6: try cluster.shared.balance()
            case 9: cluster.shared.seize(cluster.turns("receivers"), for: members[round / 12 % members.count].name, tellingHolder: true)
            default: break
            }
            if round == 30 { members.append(try await cluster.start("c")) }
        }
        // Far later ones, of every account, let all others be judged.
        try cluster.publish(names.enumerated().map { transfer(10_000 + $0, $1, at: 3_600_000_000) }, to: "transfers")
        func ids(_ topic: String) throws -> [String] {
            try cluster.texts(topic).map { try JSON(parsing: Array($0.utf8))["id"]?.string ?? "" }
        }
        try await eventually("all are judged") { try ids("debits").count + ids("refused").count >= 600 }
        try await eventually("all that was paid is received") { try ids("credits").count >= ids("debits").count }
        #expect(try (ids("debits") + ids("refused")).sorted() == (0..<600).map { "t\($0)" }.sorted())
        #expect(try ids("credits").sorted() == ids("debits").sorted())
        #expect(try ids("late").isEmpty)
        func sum(_ topic: String) throws -> Int64 {
            try cluster.texts(topic).reduce(0) { $0 + (try JSON(parsing: Array($1.utf8))["amount"]?.integer ?? 0) }
        }
        #expect(try sum("credits") == sum("debits"))
        await cluster.stop(members)
    }
}
