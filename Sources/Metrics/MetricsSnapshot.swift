/// What a registry held at a moment, as values: what inspection shows and tests compare. Series that were changed meanwhile may
/// be a batch apart from each other.
public struct MetricsSnapshot: Hashable, Sendable {
    /// What a name's series are.
    public enum Kind: String, Hashable, Sendable {
        /// Only rises.
        case counter
        /// Rises and falls.
        case gauge
        /// Counts by range.
        case histogram
    }

    /// A series' number or numbers.
    public enum Value: Hashable, Sendable {
        /// A counter's.
        case count(Int)
        /// A gauge's.
        case level(Double)
        /// A histogram's: its buckets, of which the last has no bound (infinity) and counts all, and the sum of the values.
        case distribution([Bucket], sum: Double)
    }

    /// How many values a histogram has seen up to a bound, those of the smaller bounds included.
    public struct Bucket: Hashable, Sendable {
        /// The greatest value that is counted.
        public let bound: Double
        /// How many were counted.
        public let count: Int

        /// A bucket of those parts.
        public init(bound: Double, count: Int) {
            self.bound = bound
            self.count = count
        }
    }

    /// A label and its value.
    public struct Label: Hashable, Sendable {
        /// The label's name.
        public let name: String
        /// Its value.
        public let value: String
    }

    /// One line of figures under a name.
    public struct Series: Hashable, Sendable {
        /// Its labels, sorted by name.
        public let labels: [Label]
        /// Its figures.
        public let value: Value
    }

    /// A name and all its series.
    public struct Family: Hashable, Sendable {
        /// The name.
        public let name: String
        /// What it counts, in a sentence.
        public let help: String
        /// What its series are.
        public let kind: Kind
        /// Its series, sorted by their labels.
        public let series: [Series]
    }

    /// Every name, sorted.
    public let families: [Family]

    /// The value of a series, `nil` where there is none.
    public func value(_ name: String, _ labels: KeyValuePairs<String, String> = [:]) -> Value? {
        let labels = MetricsSnapshot.sorted(labels)
        return families.first { $0.name == name }?.series.first { $0.labels == labels }?.value
    }

    static func sorted(_ labels: KeyValuePairs<String, String>) -> [Label] {
        labels.map { Label(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }
}
