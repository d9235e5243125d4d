internal import StreamCore
internal import TestServers

/// Reads topics with Kafka's own console consumer, `read_committed`: what anybody else would see.
struct ForeignReader {
    let server: KafkaServer

    /// Everything that the topics hold.
    func books() throws -> Books {
        var entries: [String: [Entry]] = [:]
        for outlet in Deployment.outlets { entries[outlet] = try read(Deployment.topic(outlet)) }
        var books = Books(transfers: [:], entries: entries)
        try books.enter(try read(Deployment.transfers))
        return books
    }

    private func read(_ topic: String) throws -> [Entry] {
        let text = try KafkaServer.tool(
            "org.apache.kafka.tools.consumer.ConsoleConsumer",
            [
                "--bootstrap-server", server.bootstrap, "--topic", topic, "--from-beginning", "--isolation-level", "read_committed",
                "--timeout-ms", "10000", "--property", "print.partition=true", "--property", "print.offset=true", "--property",
                "print.timestamp=true",
            ])
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
