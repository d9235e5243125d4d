internal import Foundation
internal import StreamCore
internal import Synchronization
internal import TestServers

/// Reads topics with Kafka's own console consumer, `read_committed`: what anybody else would see.
struct ForeignReader {
    let server: KafkaServer

    /// Everything that the topics hold, read side by side: most of a consumer's time is its start, and its waiting for more at the end.
    func books() throws -> Books {
        let topics = [Deployment.transfers] + Deployment.outlets.map(Deployment.topic)
        let texts = Mutex<[String: Result<String, any Error>]>([:])
        let group = DispatchGroup()
        for topic in topics {
            group.enter()
            Thread { [bootstrap = server.bootstrap] in
                let text = Result { try ForeignReader.text(of: topic, at: bootstrap) }
                texts.withLock { $0[topic] = text }
                group.leave()
            }
            .start()
        }
        group.wait()
        func entries(_ topic: String) throws -> [Entry] {
            guard let text = texts.withLock({ $0[topic] }) else { return [] }
            return try parsed(try text.get(), of: topic)
        }
        var found: [String: [Entry]] = [:]
        for outlet in Deployment.outlets { found[outlet] = try entries(Deployment.topic(outlet)) }
        var books = Books(transfers: [:], entries: found)
        try books.enter(try entries(Deployment.transfers))
        return books
    }

    private static func text(of topic: String, at bootstrap: String) throws -> String {
        try KafkaServer.tool(
            "org.apache.kafka.tools.consumer.ConsoleConsumer",
            [
                "--bootstrap-server", bootstrap, "--topic", topic, "--from-beginning", "--isolation-level", "read_committed",
                "--timeout-ms", "15000", "--property", "print.partition=true", "--property", "print.offset=true", "--property",
                "print.timestamp=true",
            ])
    }

    private func parsed(_ text: String, of topic: String) throws -> [Entry] {
        let reading = TopicTail(topic)
        return try text.split(separator: "\n").map { line in
            // CreateTime:1700000000000	Partition:0	Offset:7	{…}
            let parts = line.split(separator: "\t", maxSplits: 3)
            func number(_ index: Int) -> Int64? {
                index < parts.count ? parts[index].split(separator: ":").last.flatMap { Int64($0) } : nil
            }
            guard parts.count == 4, let time = number(0), let partition = number(1), let offset = number(2) else {
                throw Trouble("the console consumer printed \(line)")
            }
            let record = #"{"offset":\#(offset),"timestamp":"\#(EventTime(milliseconds: time).rfc3339)","value":\#(parts[3])}"#
            return try reading.entry(ArraySlice(record.utf8), Int(partition))
        }
        .sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }
}
