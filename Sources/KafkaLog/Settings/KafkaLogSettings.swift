/// How a process uses a Kafka cluster as its log.
public struct KafkaLogSettings: Sendable {
    /// How batches are compressed on their way to the broker and on its disk.
    public enum Compression: String, CaseIterable, Sendable {
        /// Not at all.
        case none
        /// Fast; the default.
        case lz4
        /// Smaller, more work.
        case zstd
        /// For clusters whose consumers know nothing newer.
        case snappy
        /// For clusters whose consumers know nothing newer.
        case gzip
    }

    /// Where some of the cluster's brokers are: `host:port,…`.
    public var servers: String
    /// The Linehaul cluster's name: the group that shares the turns, and the beginning of transactional ids.
    public var cluster: String
    /// This process's name across restarts, no other's at the same time: what makes its membership static.
    public var instance: String
    /// Where the other members reach this process over HTTP (`host:port`); empty where they cannot.
    public var address = ""
    /// How connections are secured.
    public var security = KafkaSecurity()
    /// How many brokers keep each new topic; `nil` leaves it to the cluster.
    public var replicationFactor: Int?
    /// How many of them must have a record before it counts as written; `nil` leaves it to the cluster.
    public var minInSyncReplicas: Int?
    /// How batches are compressed.
    public var compression = Compression.lz4
    /// How much of a partition is fetched before it is asked for: memory of up to this for each partition that has a backlog.
    public var prefetchBytes = 4 << 20
    /// The same in records, since each costs some hundred bytes beside its own.
    public var prefetchRecords = 20_000
    /// How long a broker holds a fetch when there is nothing: also the longest that a newly assigned partition waits for its turn.
    public var fetchWait = Duration.milliseconds(100)
    /// How long a member may be silent before its turns go to others.
    public var sessionTimeout = Duration.seconds(10)
    /// How often a member shows itself, and so how soon it hears that turns move.
    public var heartbeat = Duration.milliseconds(300)
    /// How long the others wait for a member that has yet to give back its turns.
    public var rebalanceTimeout = Duration.seconds(60)
    /// How long a transaction may stay open before the broker aborts it.
    public var transactionTimeout = Duration.seconds(10)
    /// How long a call waits for brokers before it fails as `.unavailable`.
    public var requestTimeout = Duration.seconds(10)
    /// The largest record that is tried; the topic's `max.message.bytes` decides.
    public var largestRecord = 10 << 20
    /// Further properties of librdkafka for every client, by its own names; they come last.
    public var properties: [String: String] = [:]

    /// Settings of a process of that name in that cluster, without security.
    public init(servers: String, cluster: String, instance: String) {
        self.servers = servers
        self.cluster = cluster
        self.instance = instance
    }
}
