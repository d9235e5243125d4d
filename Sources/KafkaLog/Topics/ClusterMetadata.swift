internal import CRdKafka
internal import EventLog
internal import StreamCore

/// What the brokers say of themselves and their topics.
struct ClusterMetadata: Sendable {
    struct Broker: Sendable {
        let id: Int32
        let address: String
    }

    struct Topic: Sendable {
        let name: String
        let code: Int32
        let partitions: [Part]
    }

    struct Part: Sendable {
        let number: Int32
        /// The broker that leads it; negative while there is none.
        let leader: Int32
        let replicas: Int
        let inSync: Int
    }

    let brokers: [Broker]
    let topics: [Topic]

    /// How many milliseconds one try waits before what the client says of its brokers is looked at.
    private static let attempt: Int32 = 1_000

    /// Asks about every topic, or about one.
    static func read(_ client: KafkaClient, topic: String? = nil, _ deadline: Deadline, _ doing: String) throws(LogFailure) -> ClusterMetadata {
        while true {
            let handle = try topic.map { name throws(LogFailure) in try TopicHandle(client, name) }
            var found: UnsafePointer<rd_kafka_metadata>?
            let time = max(1, min(Self.attempt, deadline.milliseconds))
            let code = unsafe rd_kafka_metadata(client.handle, topic == nil ? 1 : 0, handle?.handle, &found, time)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, let found = unsafe found {
                client.isHeard()
                defer { unsafe rd_kafka_metadata_destroy(found) }
                return unsafe ClusterMetadata(found.pointee)
            }
            let error = KafkaError(code)
            let mayPass = (error.passesSoon || code == RD_KAFKA_RESP_ERR__TIMED_OUT) && client.trouble?.isRefusal != true
            guard mayPass, deadline.pause() else { throw client.failure(error, doing, as: error.kind == .refused ? .refused : .unavailable) }
        }
    }

    private init(_ metadata: rd_kafka_metadata) {
        brokers = unsafe (0..<Int(metadata.broker_cnt)).map { index in
            let broker = unsafe metadata.brokers[index]
            return unsafe Broker(id: broker.id, address: "\(String(cString: broker.host)):\(broker.port)")
        }
        topics = unsafe (0..<Int(metadata.topic_cnt)).map { index in
            let topic = unsafe metadata.topics[index]
            let partitions = unsafe (0..<Int(topic.partition_cnt)).map { index in
                let part = unsafe topic.partitions[index]
                return unsafe Part(number: part.id, leader: part.leader, replicas: Int(part.replica_cnt), inSync: Int(part.isr_cnt))
            }
            return unsafe Topic(
                name: String(cString: topic.topic), code: topic.err.rawValue, partitions: partitions.sorted { $0.number < $1.number })
        }
    }
}
