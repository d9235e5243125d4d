internal import FleetSimulator
internal import StreamCore

/// Where simulated records go.
protocol SimulationOutlet: Sendable {
    /// Takes records in the order of their delivery; returns when they are safe there.
    func take(_ records: [SimulatedRecord]) throws
    /// No more will come.
    func finish() throws
}

/// Publishes records to a running system.
struct SystemOutlet: SimulationOutlet {
    private let system: RemoteSystem

    init(_ system: RemoteSystem) { self.system = system }

    func take(_ records: [SimulatedRecord]) throws {
        var waiting: [String: ByteWriter] = [:]
        for record in records {
            SimulatedLine.write(record, as: .records, into: &waiting[record.topic, default: ByteWriter(capacity: 4_096)])
            if let lines = waiting[record.topic], lines.count >= Publisher.largestRequest / 2 {
                waiting[record.topic] = nil
                try send(lines, to: record.topic)
            }
        }
        for (topic, lines) in waiting.sorted(by: { $0.key < $1.key }) { try send(lines, to: topic) }
    }

    private func send(_ lines: ByteWriter, to topic: String) throws {
        _ = try Publisher(system, topic: topic, format: "records").send(lines.bytes)
    }

    func finish() {}
}

/// A simulated record as a line.
enum SimulatedLine {
    /// How a record is written.
    enum Format: String {
        /// Its value.
        case values
        /// An object of key, value, headers and timestamp.
        case records
    }

    /// Appends a record and a newline.
    static func write(_ record: SimulatedRecord, as format: Format, into out: inout ByteWriter) {
        switch format {
        case .values: out.raw(record.value)
        case .records:
            out.raw(#"{"key":"#.utf8)
            out.jsonString(String(decoding: record.key, as: UTF8.self))
            out.raw(#","timestamp":"\#(record.time.rfc3339)","headers":"#.utf8)
            let headers = record.headers.map {
                JSON.Member($0.name, $0.value.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null)
            }
            JSON.object(headers).write(into: &out)
            out.raw(#","value":"#.utf8)
            out.raw(record.value)
            out.raw("}".utf8)
        }
        out.byte(UInt8(ascii: "\n"))
    }
}
