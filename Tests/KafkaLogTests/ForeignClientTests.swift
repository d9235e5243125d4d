internal import EventLog
internal import Foundation
internal import KafkaLog
internal import StreamCore
internal import TestServers
internal import Testing

/// Other people's clients on the same topics.
@Suite(.serialized, .enabled(if: KafkaServer.missing == nil, "\(KafkaServer.missing ?? "")"))
struct ForeignClientTests {
    private let fixture: KafkaFixture
    private let log: any EventLog
    private let partition: TopicPartition

    init() throws {
        fixture = try KafkaFixture()
        log = try fixture.open()
        partition = TopicPartition(fixture.topicName("foreign"), Partition(0))
        _ = try log.ensure([TopicSpec(partition.topic, partitions: 1)])
    }

    static func has(_ program: String) -> Bool { (try? run("/usr/bin/env", ["which", program]).status) == 0 }
    private static let python = ProcessInfo.processInfo.environment["LINEHAUL_TEST_PYTHON"] ?? "python3"
    private static var hasPython: Bool { (try? run("/usr/bin/env", [python, "-c", "import confluent_kafka"]).status) == 0 }

    static func run(_ program: String, _ arguments: [String], input: String = "") throws -> (status: Int32, output: String) {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (output, feed) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = feed
        try process.run()
        feed.fileHandleForWriting.write(Data(input.utf8))
        try feed.fileHandleForWriting.close()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    private func readAll() throws -> [Record] {
        let reader = try log.makeReader {}
        defer { reader.close() }
        try reader.assign(partition, from: .zero)
        var records: [Record] = []
        while try !reader.isAtEnd(partition) {
            while let batch = try reader.next(partition, upTo: 1 << 20) { records += (0..<batch.count).map { batch.record($0) } }
            fixture.pause()
        }
        return records
    }

    private func append(_ records: [Record]) throws {
        var batch = BatchBuilder()
        for record in records { batch.append(record) }
        _ = try log.append([PartitionBatch(partition, batch.finish())])
    }

    private static let ours = [
        Record(
            key: Array("truck-1".utf8), value: Array(#"{"a":1}"#.utf8), headers: [Header("trace", Array("t1".utf8)), Header("trace", nil)],
            time: EventTime(milliseconds: 1_700_000_000_123)),
        Record(key: nil, value: Array("no key".utf8), time: EventTime(milliseconds: 1_700_000_000_124)),
        Record(key: Array("truck-2".utf8), value: nil, time: EventTime(milliseconds: 1_700_000_000_125)),
    ]

    @Test(.enabled(if: has("kcat"))) func `what kcat writes is read as it was meant`() throws {
        let (to, topic) = (fixture.settings.servers, partition.topic)
        let written = try Self.run(
            "/usr/bin/env", ["kcat", "-P", "-b", to, "-t", topic, "-p", "0", "-K", ":", "-Z", "-H", "h=1", "-H", "h=2", "-H", "none"],
            input: "truck-1:{\"a\":1}\ntruck-2:\n")
        #expect(written.status == 0)
        _ = try Self.run("/usr/bin/env", ["kcat", "-P", "-b", to, "-t", topic, "-p", "0"], input: "plain\n")
        let records = try readAll()
        #expect(records.map { $0.key.map { String(decoding: $0, as: UTF8.self) } } == ["truck-1", "truck-2", nil])
        #expect(records.map { $0.value.map { String(decoding: $0, as: UTF8.self) } } == [#"{"a":1}"#, nil, "plain"])
        #expect(records.first?.headers == [Header("h", Array("1".utf8)), Header("h", Array("2".utf8)), Header("none", nil)])
        #expect(records.allSatisfy { $0.time > EventTime(milliseconds: 1_600_000_000_000) })
    }

    @Test(.enabled(if: has("kcat"))) func `kcat reads what was written`() throws {
        try append(Self.ours)
        let read = try Self.run(
            "/usr/bin/env",
            ["kcat", "-C", "-e", "-q", "-b", fixture.settings.servers, "-t", partition.topic, "-p", "0", "-f", "%k|%S|%s|%T|%h\n"])
        #expect(
            read.output == """
                truck-1|7|{"a":1}|1700000000123|trace=t1,trace=NULL
                |6|no key|1700000000124|
                truck-2|-1||1700000000125|

                """)
    }

    @Test func `Kafka's console consumer reads committed epochs`() throws {
        var batch = BatchBuilder()
        for record in Self.ours { batch.append(record) }
        let writer = try log.makeWriter("slot")
        _ = try writer.commit(Transaction(batches: [PartitionBatch(partition, batch.finish())]))
        writer.close()
        let read = try KafkaServer.tool(
            "org.apache.kafka.tools.consumer.ConsoleConsumer",
            [
                "--bootstrap-server", fixture.settings.servers, "--topic", partition.topic, "--from-beginning", "--max-messages", "3",
                "--isolation-level", "read_committed", "--property", "print.key=true", "--property", "print.headers=true",
            ])
        #expect(read.contains("trace:t1,trace:null\ttruck-1\t{\"a\":1}"), "\(read)")
        #expect(read.contains("NO_HEADERS\tnull\tno key"))
        #expect(read.contains("NO_HEADERS\ttruck-2\tnull"))
    }

    @Test(.enabled(if: hasPython)) func `a Python client's records pass with headers that are bytes, and it reads ours`() throws {
        try append(Self.ours)
        let script = """
            import sys
            from confluent_kafka import Consumer, Producer, TopicPartition
            servers, topic = sys.argv[1:3]
            p = Producer({'bootstrap.servers': servers})
            p.produce(topic, partition=0, key=b'\\xff\\x00', value=b'{"b":2}', headers=[('bin', b'\\x00\\xfe'), ('bin', None), ('linehaul.time', b'x')])
            p.produce(topic, partition=0, key=None, value=None, timestamp=1)
            p.flush()
            c = Consumer({'bootstrap.servers': servers, 'group.id': topic, 'isolation.level': 'read_committed'})
            c.assign([TopicPartition(topic, 0, 0)])
            for _ in range(3):
                m = c.poll(20)
                print(m.key(), m.value(), m.timestamp()[1], m.headers())
            c.close()
            """
        let said = try Self.run("/usr/bin/env", [Self.python, "-c", script, fixture.settings.servers, partition.topic])
        #expect(
            said.output == """
                b'truck-1' b'{"a":1}' 1700000000123 [('trace', b't1'), ('trace', None)]
                None b'no key' 1700000000124 None
                b'truck-2' None 1700000000125 None

                """)
        let records = try readAll()
        #expect(records.count == 5)
        #expect(records[3].key == [0xff, 0])
        #expect(records[3].headers == [Header("bin", [0, 0xfe]), Header("bin", nil), Header("linehaul.time", Array("x".utf8))])
        #expect(records[4].key == nil && records[4].value == nil && records[4].time == EventTime(milliseconds: 1))
    }
}
