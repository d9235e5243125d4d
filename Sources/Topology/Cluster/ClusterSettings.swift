/// `cluster.yaml`: what a process needs to know besides its topics and jobs. The composition root hands the parts theirs.
public struct ClusterSettings: Hashable, Sendable {
    /// Which log holds the topics.
    public enum LogKind: String, Hashable, Sendable, CaseIterable {
        /// The log on the process's own disk.
        case embedded
        /// Apache Kafka.
        case kafka
    }

    /// When a commit to the embedded log counts as done.
    public enum Durability: String, Hashable, Sendable, CaseIterable {
        /// When the disk has it.
        case sync
        /// When the operating system has it.
        case os
    }

    /// Who has to say who they are.
    public enum Authentication: String, Hashable, Sendable, CaseIterable {
        /// Nobody on loopback, everybody elsewhere.
        case automatic = "auto"
        /// Nobody.
        case off
        /// Everybody.
        case required
    }

    /// With what HTTP is served over TLS.
    public struct TLS: Hashable, Sendable {
        /// A PEM file of the certificate's chain, the process's own first.
        public var certificate: String
        /// A PEM file of its private key.
        public var key: String
        /// A PEM file of the authorities that the certificates of the cluster's other processes are from; `nil`: the system's.
        public var ca: String?

        /// TLS with those files.
        public init(certificate: String, key: String, ca: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.ca = ca
        }
    }

    /// When a slot commits what it has.
    public struct EpochLimits: Hashable, Sendable {
        /// How long a busy slot lets an epoch fill.
        public var every = Duration.milliseconds(25)
        /// How many bytes of output end an epoch.
        public var bytes = 4 << 20
        /// How many changed keys end an epoch.
        public var changes = 50_000
    }

    /// What the process may hold in memory, in bytes.
    public struct Memory: Hashable, Sendable {
        /// Decoded objects of state, all tasks together.
        public var state = 512 << 20
        /// Blocks read from disk, all databases of the process together.
        public var cache = 64 << 20
    }

    /// The cluster's name: processes with one name share the work, and the consumer group on Kafka carries it.
    public var name = "linehaul"
    /// The directory of everything the process keeps, absolute or below the current one.
    public var data = ".linehaul"
    /// Which log holds the topics.
    public var log = LogKind.embedded
    /// When a commit to the embedded log counts as done.
    public var durability = Durability.sync
    /// The brokers, where Kafka is the log.
    public var kafka = KafkaSettings()
    /// Where databases are; one that is left out there is not used.
    public var databases: [Database: DatabaseSettings] = [:]
    /// Where HTTP and WebSocket are served.
    public var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    /// The address at which other processes reach this one; `nil`: the one it listens on.
    public var advertise: ListenAddress?
    /// Serves TLS with this; `nil`: plain HTTP.
    public var tls: TLS?
    /// Who has to say who they are.
    public var authentication = Authentication.automatic
    /// Whose bearer tokens are taken; `nil`: nobody's.
    public var tokens: Tokens?
    /// What may be asked, where callers have to say who they are.
    public var limits = Limits()
    /// The origins whose web pages may use the API; `*` is every one.
    public var cors = ["http://localhost:3000"]
    /// How many peers the listener has at a time; more wait.
    public var connections = 50_000
    /// Whether WebSockets may compress their messages.
    public var deflates = false
    /// How many slots, each one thread; `nil`: one for each core.
    public var slots: Int?
    /// When a slot commits.
    public var epoch = EpochLimits()
    /// What may be held in memory.
    public var memory = Memory()
    /// How long an orderly stop may take before what is left is cut off; the next start takes up from the last commit.
    public var drainLimit = Duration.seconds(30)

    /// The defaults.
    public init() {}

    /// The address at which other processes reach this one, given the port that it listens at. What listens at every address of its
    /// machine is reached by the machine's name.
    public func advertised(port: Int, hostname: String) -> ListenAddress {
        if let advertise { return advertise }
        return ListenAddress(host: listen.isWildcard ? hostname : listen.host, port: port)
    }

    /// Whether callers have to say who they are, given where it listens.
    public var isAuthenticationRequired: Bool {
        switch authentication {
        case .automatic: !listen.isLoopback
        case .off: false
        case .required: true
        }
    }
}
