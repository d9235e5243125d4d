internal import AuditAnomaly
internal import Dataflow
internal import EventLog
internal import Execution
internal import Foundation
internal import KafkaLog
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import TestServers
internal import Testing
internal import Wire

private enum Ports {
    static let input = Inlet<Sample>("input")
    static let texts = Outlet<String>("texts")
}

/// Counts each key's samples for ever, behind a shuffle or not.
private func counting(shuffled: Bool) -> SketchJob {
    SketchJob { flow in
        flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
            .keyed("counts", by: shuffled ? "other" : "key") { $0.key }
            .processed("count") { Counting(counts: $0.state.value("counts")) }
            .into(Ports.texts, encoding: { TextEncoder() })
    }
}

private struct Counting: KeyedProcess {
    let counts: ValueState<String, Int>
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        let next = (try counts.value(for: key) ?? 0) + 1
        try counts.set(next, for: key)
        out.emit("\(key)=\(next)", at: time)
    }
}

/// Answers each sample on the wall, so many microseconds after the start of time as its number says.
private struct Reminding: KeyedProcess {
    let timers: TimerState<String>?
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        timers?.set(Timer(key, at: EventTime(microseconds: Int64(sample.number)), by: .processingTime))
    }
    mutating func timerFired(_ timer: KeyedState.Timer<String>, into out: inout Output<String>) throws(StageFailure) {
        out.emit(timer.key, at: EventTime(microseconds: 0))
    }
}

private struct Numbers: Aggregate {
    func empty() -> [Int] { [] }
    func add(_ element: Sample, to accumulator: inout [Int]) { accumulator.append(element.number) }
    func merge(_ a: [Int], _ b: [Int]) -> [Int] { a + b }
    func result(_ accumulator: [Int], of key: String, in window: Window) -> String {
        "\(key) \(window.start.microseconds) \(accumulator.sorted())"
    }
}

/// Whole jobs, run by engines that share a Kafka.
@Suite(.serialized, .enabled(if: KafkaServer.missing == nil, "\(KafkaServer.missing ?? "")"))
struct JobsOnKafkaTests {
    private func expected(_ samples: [Sample]) -> [String] {
        var counts: [String: Int] = [:]
        return samples.map { sample in
            counts[sample.key, default: 0] += 1
            return "\(sample.key)=\(counts[sample.key] ?? 0)"
        }.sorted()
    }

    private func samples(_ count: Int, from start: Int, keys: Int = 20) -> [Sample] {
        (0..<count).map { Sample("k\($0 * 7 % keys)", $0, at: start + $0 * 3) }
    }

    @Test func `an epoch of timers alone is committed once, also when the answer is lost, and no owner fires them again`() async throws {
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("keys", by: "key") { $0.key }
                .processed("remind") { Reminding(timers: $0.state.timers("reminders")) }
                .into(Ports.texts, encoding: { TextEncoder() })
        }
        let site = try Site(job)
        let a = try await site.start("a")
        try await site.settled([a], 4)
        let due = site.clock().microseconds + 2_000_000
        try site.publish((0..<40).map { Sample("k\($0)", Int(due) + $0, at: 10).record })
        try await site.settled([a], 4)
        a.log.failNext(.after)
        try await eventually("all have fired") { try site.texts().count >= 40 }
        try await site.settled([a], 4)
        let b = try await site.start("b")
        await a.stop()
        try await site.settled([b], 4)
        try site.publish((0..<4).map { Sample("late\($0)", Int(due), at: 20).record })
        try await eventually("the last have fired") { try site.texts().count >= 44 }
        try await site.settled([b], 4)
        #expect(try site.texts().sorted() == ((0..<40).map { "k\($0)" } + (0..<4).map { "late\($0)" }).sorted())
        await b.stop()
        site.log.close()
    }

    @Test func `event times of a year ago pass a shuffle, and what moved owners is counted once`() async throws {
        let site = try Site(counting(shuffled: true))
        let all = samples(400, from: 1_668_000_000_000_000)
        let a = try await site.start("a")
        try site.publish(all[..<200].map(\.record))
        try await site.settled([a], 8)
        let b = try await site.start("b")
        try site.publish(all[200..<300].map(\.record))
        await a.stop()
        try site.publish(all[300...].map(\.record))
        try await eventually("all are counted") { try site.texts().count >= 400 }
        try await site.settled([b], 8)
        #expect(try site.texts().sorted() == expected(all))
        await b.stop()
        site.log.close()
    }

    @Test func `a record of the year 2099 becomes a dead letter and moves nothing, for who comes next as well`() async throws {
        let site = try Site(counting(shuffled: false))
        let all = samples(60, from: 1_699_999_000_000_000)
        let a = try await site.start("a")
        try site.publish(all[..<20].map(\.record) + [Sample("k1", 9_999, at: 4_070_908_800_000_000).record])
        try site.publish(all[20..<40].map(\.record))
        try await site.settled([a], 4)
        await a.stop()
        let b = try await site.start("b")
        try site.publish(all[40...].map(\.record))
        try await eventually("all are counted") { try site.texts().count >= 60 }
        try await site.settled([b], 4)
        #expect(try site.texts().sorted() == expected(all))
        let dead = try site.records(of: "input.dlq", partitions: 1)
        #expect(dead.map(\.text) == ["k1:9999:4070908800000000"])
        for task in try await b.engine.snapshot(of: "sketch").stages.flatMap(\.tasks) {
            #expect(task.watermark < EventTime(microseconds: 1_700_000_000_000_000))
        }
        await b.stop()
        site.log.close()
    }

    @Test(.enabled(if: ForeignClientTests.has("kcat"), "needs kcat"))
    func `bytes from kcat that no decoder takes become dead letters that say where they were, and the stream goes on`() async throws {
        let site = try Site(counting(shuffled: false))
        let scratch = try ScratchDirectory()
        let all = samples(40, from: 1_699_999_000_000_000)
        let a = try await site.start("a")
        try site.publish(all[..<20].map(\.record))
        let poison: [[UInt8]] = [[0xff, 0x00, 0x7b, 0x22, 0xc3], Array("no sample".utf8)]
        for (number, bytes) in poison.enumerated() {
            let file = scratch.child("poison-\(number)")
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            let written = try ForeignClientTests.run(
                "/usr/bin/env",
                [
                    "kcat", "-P", "-b", site.fixture.settings.servers, "-t", site.topic(of: "input"), "-p", "1", "-k", "k1", "-H",
                    "from=kcat", file,
                ])
            #expect(written.status == 0)
        }
        try site.publish(all[20...].map(\.record))
        try await eventually("all are counted") { try site.texts().count >= 40 }
        try await site.settled([a], 4)
        #expect(try site.texts().sorted() == expected(all))
        let dead = try site.records(of: "input.dlq", partitions: 1)
        #expect(dead.map(\.value) == poison)
        for letter in dead {
            let headers = Dictionary(letter.headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) }) { $1 }
            #expect(headers["dlq.topic"] == site.topic(of: "input"))
            #expect(headers["dlq.partition"] == "1")
            #expect(headers["dlq.offset"] != nil)
            #expect(headers["dlq.reason"]?.isEmpty == false)
            #expect(headers["from"] == "kcat")
        }
        await a.stop()
        site.log.close()
    }

    /// What leaves a job by one outlet: in `replay`, from the embedded log, and from Kafka.
    private func outputs(
        _ job: any Job, _ records: [Record], inlet: String, outlet: String, keys: [String: String], tasks: Int
    ) async throws -> (replayed: [String], embedded: [String], kafka: [String]) {
        let lateness = EventTime.Span(.seconds(2))
        let harness = try JobHarness(job, lateness: [inlet: .seconds(2)], keys: keys)
        try harness.send(records, to: inlet)
        let replayed = harness.texts(from: outlet).sorted()

        var bindings = try JobHarness.bindings(of: job, keys: keys, partitions: Depot.partitions)
        bindings.inlets[inlet]?.settings.lateness = lateness
        let depot = try await Depot(job, bindings)
        try depot.publish(records, to: inlet)
        try await eventually("as many have left as in a replay") { try depot.texts(of: outlet).count >= replayed.count }
        try await depot.settled()
        let embedded = try depot.texts(of: outlet)
        await depot.stop()

        let site = try Site(job, partitions: Depot.partitions, keys: keys) { $0.inlets[inlet]?.settings.lateness = lateness }
        let a = try await site.start("a")
        try site.publish(records, to: inlet)
        try await eventually("as many have left as in a replay") { try site.texts(of: outlet).count >= replayed.count }
        try await site.settled([a], tasks)
        let kafka = try site.texts(of: outlet)
        await a.stop()
        site.log.close()
        return (replayed, embedded.sorted(), kafka.sorted())
    }

    @Test func `windows hold the same in a replay, on the embedded log and on Kafka`() async throws {
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
                .keyed("windows", by: "other") { $0.key }
                .windowed(.tumbling(.seconds(1))).aggregated("numbers", by: Numbers())
                .into(Ports.texts, encoding: { TextEncoder() })
        }
        var random = SeededGenerator(seed: 7)
        var all = (0..<600).map { number in
            Sample(
                "k\(Int.random(in: 0..<12, using: &random))", number,
                at: 1_600_000_000_000_000 + number * 20_000 - Int.random(in: 0..<1_000_000, using: &random))
        }
        // One of every partition, far later, lets all windows close.
        all += (0..<40).map { Sample("z\($0)", 10_000, at: 1_600_000_900_000_000) }
        let found = try await outputs(job, all.map(\.record), inlet: "input", outlet: "texts", keys: ["input": "key"], tasks: 4)
        #expect(found.replayed.count > 100)
        #expect(found.embedded == found.replayed)
        #expect(found.kafka == found.replayed)
    }

    @Test func `anomalies are the same in a replay, on the embedded log and on Kafka`() async throws {
        var settings = SettingsReader(texts: ["threshold": "2", "window": "1s", "cool-down": "5s"])
        let job = try AuditAnomaly(settings: &settings)
        var random = SeededGenerator(seed: 9)
        func record(_ id: Int, _ user: String, at micros: Int64) -> Record {
            let time = EventTime(microseconds: micros)
            return Record(
                "\(JSON.object(["id": .string("a\(id)"), "user_id": .string(user), "action": "UPDATE", "created_at": .string(time.rfc3339)]))",
                key: user, at: time)
        }
        var all = (0..<800).map { number in
            record(
                number, "u\(Int.random(in: 0..<15, using: &random))",
                at: 1_600_000_000_000_000 + Int64(number) * 60_000 - Int64.random(in: 0..<1_500_000, using: &random))
        }
        all += (0..<40).map { record(10_000 + $0, "z\($0)", at: 1_600_000_900_000_000) }
        let found = try await outputs(job, all, inlet: "audit", outlet: "anomalies", keys: ["audit": "user_id"], tasks: 2)
        #expect(found.replayed.count > 20)
        #expect(found.embedded == found.replayed)
        #expect(found.kafka == found.replayed)
    }

    @Test func `what a stage keeps for itself outlives its event times, whatever the broker removes`() throws {
        let server = try KafkaServer(properties: ["log.retention.check.interval.ms=200", "log.initial.task.delay.ms=200"])
        defer { server.stop() }
        let log = try KafkaLog(try KafkaFixture(server).settings)
        let (kept, passing) = (TopicPartition("job.step.repartition", Partition(0)), TopicPartition("public", Partition(0)))
        _ = try log.ensure([
            TopicSpec(kept.topic, partitions: 1, isInternal: true),
            TopicSpec(passing.topic, partitions: 1, cleanup: .retain(time: .seconds(3_600), bytes: nil)),
        ])
        var builder = BatchBuilder()
        builder.append(Record("old", key: "k", at: EventTime(microseconds: 1_600_000_000_000_000)))
        let batch = builder.finish()
        _ = try log.makeWriter("w").commit(Transaction(batches: [PartitionBatch(kept, batch), PartitionBatch(passing, batch)]))
        try comesToBe("what has a retention is removed") { try log.bounds(of: passing).start > .zero }
        #expect(try log.bounds(of: kept).start == .zero)
        let reader = try log.makeReader(waking: {})
        try reader.assign(kept, from: .zero)
        var found: [String] = []
        try comesToBe("the other is read") {
            while let batch = try reader.next(kept, upTo: 1 << 20) { found += batch.records.map(\.text) }
            return found == ["old"]
        }
        reader.close()
        log.close()
    }
}
