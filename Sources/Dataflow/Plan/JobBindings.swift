internal import StreamCore

/// What the topology gives a job: a topic for each port, how each inlet is read, how wide it runs.
public struct JobBindings: Hashable, Sendable {
    /// A topic and how many partitions it has.
    public struct Topic: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// How many partitions it has.
        public var partitions: Int
        /// The field its records are keyed by, where one is declared.
        public var key: String?
        /// A topic of those properties.
        public init(_ name: String, partitions: Int, key: String? = nil) {
            self.name = name
            self.partitions = partitions
            self.key = key
        }
    }

    /// Where a task that has never run begins to read.
    public enum Start: String, Hashable, Sendable, CaseIterable {
        /// At the first record retained.
        case earliest
        /// After the last one.
        case latest
    }

    /// An inlet's topic and how it is read.
    public struct Inlet: Hashable, Sendable {
        /// The topic.
        public var topic: Topic
        /// How it is read.
        public var settings: InletSettings
        /// Where a new task begins.
        public var start: Start
        /// A binding of those parts.
        public init(_ topic: Topic, settings: InletSettings = InletSettings(), start: Start = .earliest) {
            self.topic = topic
            self.settings = settings
            self.start = start
        }
    }

    /// The job's inlets by name.
    public var inlets: [String: Inlet]
    /// The job's outlets by name.
    public var outlets: [String: Topic]
    /// How many slots it uses.
    public var parallelism: Int
    /// How often a record may make its processing throw before it becomes a dead letter.
    public var attempts: Int
    /// How long state that declares no time to live of its own is kept after its last change, in event time; `nil`: until it is removed.
    public var stateTTL: Duration?

    /// Bindings of those parts.
    public init(
        inlets: [String: Inlet], outlets: [String: Topic], parallelism: Int = 1, attempts: Int = 3, stateTTL: Duration? = nil
    ) {
        self.inlets = inlets
        self.outlets = outlets
        self.parallelism = parallelism
        self.attempts = attempts
        self.stateTTL = stateTTL
    }
}
