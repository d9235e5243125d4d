internal import Access
internal import EventLog
internal import StreamCore
internal import StructuredLog

/// Brings what the topic of API keys says to the gatekeeper, in every process and whatever jobs run here: a revocation holds everywhere as
/// soon as it is read. For one thread.
final class KeyFollower {
    private static let topic = "tms.entities.api_keys"
    private static let bytes = 1 << 20

    private let log: any EventLog
    private let gatekeeper: Gatekeeper
    private let logger: Logger
    private var reader: (any LogReader)?
    private var partitions: [TopicPartition] = []

    init(_ log: any EventLog, _ gatekeeper: Gatekeeper, _ logger: Logger) {
        self.log = log
        self.gatekeeper = gatekeeper
        self.logger = logger
    }

    /// Reads what there is. While there is no such topic, or the log is away, nothing is known anew; what was known stays.
    func look() {
        do throws(LogFailure) {
            guard let reader = try opened() else { return }
            for partition in partitions {
                while let batch = try reader.next(partition, upTo: KeyFollower.bytes) {
                    for record in batch.records { take(record) }
                }
            }
        } catch {
            close()
        }
    }

    func close() {
        reader?.close()
        reader = nil
    }

    private func opened() throws(LogFailure) -> (any LogReader)? {
        if let reader { return reader }
        guard let spec = try log.topics().first(where: { $0.spec.name == KeyFollower.topic })?.spec else { return nil }
        let reader = try log.makeReader(waking: {})
        partitions = (0..<spec.partitions).map { TopicPartition(spec.name, Partition($0)) }
        for partition in partitions { try reader.assign(partition, from: try log.bounds(of: partition).start) }
        self.reader = reader
        return reader
    }

    private func take(_ record: Record) {
        guard let key = record.key else { return }
        let id = String(decoding: key, as: UTF8.self)
        guard let value = record.value else { return gatekeeper.set(nil, id: id) }
        do throws(DecodeFailure) {
            gatekeeper.set(try KnownKey(parsing: value), id: id)
        } catch {
            // Whoever it was worth something for must not keep it by that.
            gatekeeper.set(nil, id: id)
            logger.error("an API key cannot be read and is worth nothing", [.key: id, .reason: error.reason])
        }
    }
}

extension LogKey {
    /// Which key, by its id.
    fileprivate static let key = LogKey("key_id")
}
