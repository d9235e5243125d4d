internal import EventLog
internal import KafkaLog
internal import StreamCore
internal import StructuredLog

/// Which log a measurement runs over: one on its own scratch directory, or Kafka brokers that it has for itself.
enum BenchBroker: Sendable {
    case embedded
    /// Bootstrap servers of brokers with nothing on them: what a measurement makes there it removes.
    case kafka(String)

    init(servers: String?) { self = servers.map { .kafka($0) } ?? .embedded }

    var servers: String? { if case .kafka(let servers) = self { servers } else { nil } }

    /// How long a busy slot's epoch fills, as a cluster has it where nothing else is said.
    var epochEvery: Duration { servers == nil ? .milliseconds(25) : .milliseconds(50) }

    /// A log of Kafka for a process of a cluster that is named for the scratch directory, so that no other measurement's is meant.
    static func open(_ servers: String, for scratch: BenchScratch, _ logger: Logger?) throws -> KafkaLog {
        try KafkaLog(KafkaLogSettings(servers: servers, cluster: "bench-\(scratch.name)", instance: "bench"), logger: logger)
    }

    /// Refuses brokers that hold something: the jobs' own topics have fixed names, and another system's must not be taken for them.
    func requireEmpty(for scratch: BenchScratch) throws {
        guard let servers else { return }
        let log = try Self.open(servers, for: scratch, nil)
        defer { log.close() }
        let found = try log.topics().map(\.spec.name).filter(Self.isRemovable)
        if found.isEmpty { return }
        throw BenchFailure(
            "measuring on \(servers): it has topics (\(found.prefix(3).joined(separator: ", "))…); a measurement wants brokers for itself, and "
                + "removes every topic when it ends")
    }

    /// Removes every topic but Kafka's own.
    func clear(after scratch: BenchScratch) throws {
        guard let servers else { return }
        let log = try Self.open(servers, for: scratch, nil)
        defer { log.close() }
        try log.delete(try log.topics().map(\.spec.name).filter(Self.isRemovable))
    }

    private static func isRemovable(_ topic: String) -> Bool { !topic.hasPrefix("__") }
}
