public import StreamCore

/// `log.kafka` of `cluster.yaml`: which brokers hold the topics, how they are spoken to, and how topics are made there.
public struct KafkaSettings: Hashable, Sendable {
    /// How a connection is protected; Kafka's own words.
    public enum SecurityProtocol: String, Hashable, Sendable, CaseIterable {
        /// Neither encrypted nor authenticated.
        case plaintext = "PLAINTEXT"
        /// Encrypted; who connects may show a certificate.
        case ssl = "SSL"
        /// Authenticated by name and password, not encrypted.
        case saslPlaintext = "SASL_PLAINTEXT"
        /// Encrypted, and authenticated by name and password.
        case saslSSL = "SASL_SSL"

        /// Whether a name and a password are shown.
        public var authenticates: Bool { self == .saslPlaintext || self == .saslSSL }
        /// Whether connections are TLS.
        public var encrypts: Bool { self == .ssl || self == .saslSSL }
    }

    /// How a name and a password are shown; Kafka's own words.
    public enum Mechanism: String, Hashable, Sendable, CaseIterable {
        /// As they are.
        case plain = "PLAIN"
        /// Salted and hashed with SHA-256.
        case scram256 = "SCRAM-SHA-256"
        /// Salted and hashed with SHA-512.
        case scram512 = "SCRAM-SHA-512"
    }

    /// How batches are compressed on their way and on the brokers' disks.
    public enum Compression: String, Hashable, Sendable, CaseIterable {
        /// Not at all.
        case none
        /// With gzip.
        case gzip
        /// With Snappy.
        case snappy
        /// With LZ4.
        case lz4
        /// With Zstandard.
        case zstd
    }

    /// How the brokers know who connects, and who connects knows the brokers.
    public struct Security: Hashable, Sendable {
        /// How connections are protected.
        public var securityProtocol = SecurityProtocol.plaintext
        /// How name and password are shown; there where the protocol asks for them.
        public var mechanism: Mechanism?
        /// The name; there where the protocol asks for it.
        public var username: String?
        /// The password; there where the protocol asks for it.
        public var password: Secret?
        /// A PEM file of the authorities that brokers' certificates are from; `nil`: the system's.
        public var ca: String?
        /// A PEM file of the certificate to show, with `key`; `nil`: none is shown.
        public var certificate: String?
        /// A PEM file of the certificate's private key.
        public var key: String?
        /// What the private key is encrypted with, where it is.
        public var keyPassword: Secret?

        /// Neither encrypted nor authenticated.
        public init() {}
    }

    /// Brokers to begin with, each `host:port`; the others are learnt from them. Empty where the log is another one.
    public var servers: [String] = []
    /// How connections are protected.
    public var security = Security()
    /// On how many brokers the partitions of topics made here lie; `nil`: as the brokers are set.
    public var replication: Int?
    /// How many of those must have a record before it counts as written; `nil`: as the brokers are set.
    public var minInSync: Int?
    /// How batches are compressed.
    public var compression = Compression.lz4
    /// Bytes of a partition that are fetched ahead of a task; `nil`: the log's own measure.
    public var prefetch: Int?
    /// How long a process that has gone silent keeps its tasks; `nil`: the log's own measure.
    public var sessionTimeout: Duration?
    /// How long a commit may take before the brokers abort it; `nil`: the log's own measure.
    public var transactionTimeout: Duration?

    /// No brokers yet, and the defaults.
    public init() {}
}
