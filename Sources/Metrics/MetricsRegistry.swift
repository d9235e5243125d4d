internal import Synchronization

/// Every series of a process. Made once at the composition root and passed to whoever counts.
///
/// A stage asks for its handles when it starts and keeps them: asking takes a lock, counting does not. Asking again for the same name
/// and labels gives the same series, so a restarted task counts on. Names and labels are constants of the program; one that
/// Prometheus would refuse, or a name used for two kinds, is a bug and traps.
public final class MetricsRegistry: Sendable {
    private enum Storage {
        case number(Cell)
        case buckets(Buckets)
    }

    private struct Family {
        let help: String
        let kind: MetricsSnapshot.Kind
        let bounds: [Double]
        var series: [[MetricsSnapshot.Label]: Storage] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    /// A registry without series.
    public init() {}

    /// A counter, whose name ends in `_total`.
    public func counter(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:]) -> Counter {
        precondition(name.hasSuffix("_total"), "\(name): a counter's name ends in _total")
        return Counter(cell: number(name, help, .counter, labels))
    }

    /// A gauge, 0 until it is set.
    public func gauge(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        Gauge(cell: number(name, help, .gauge, labels))
    }

    /// A histogram with those upper bounds, which rise; a range without a bound is added above them.
    public func histogram(
        _ name: String, _ help: String, bounds: [Double], _ labels: KeyValuePairs<String, String> = [:]
    ) -> Histogram {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<) && bounds.allSatisfy(\.isFinite), "\(name): bounds rise and are finite")
        precondition(!labels.contains { $0.key == "le" }, "\(name): le is the label of a bucket's bound")
        guard case .buckets(let buckets) = storage(name, help, .histogram, bounds, labels) else {
            preconditionFailure("\(name): a histogram is stored as buckets")
        }
        return Histogram(buckets: buckets)
    }

    /// Forgets every series that carries this label, as when `apply` removed a job. Handles that are still held count on, unseen.
    public func forget(_ label: String, _ value: String) {
        let label = MetricsSnapshot.Label(name: label, value: value)
        families.withLock { families in
            for (name, family) in families {
                let kept = family.series.filter { !$0.key.contains(label) }
                if kept.isEmpty { families[name] = nil } else { families[name]?.series = kept }
            }
        }
    }

    /// The present figures.
    public var snapshot: MetricsSnapshot {
        let families = families.withLock { $0 }
        return MetricsSnapshot(
            families: families.sorted { $0.key < $1.key }.map { name, family in
                let series = family.series.map { labels, storage in
                    MetricsSnapshot.Series(labels: labels, value: MetricsRegistry.value(family.kind, storage))
                }
                return MetricsSnapshot.Family(
                    name: name, help: family.help, kind: family.kind,
                    series: series.sorted { a, b in
                        a.labels.lexicographicallyPrecedes(b.labels) { ($0.name, $0.value) < ($1.name, $1.value) }
                    })
            })
    }

    private func number(
        _ name: String, _ help: String, _ kind: MetricsSnapshot.Kind, _ labels: KeyValuePairs<String, String>
    ) -> Cell {
        guard case .number(let cell) = storage(name, help, kind, [], labels) else {
            preconditionFailure("\(name): a \(kind) is stored as a number")
        }
        return cell
    }

    private func storage(
        _ name: String, _ help: String, _ kind: MetricsSnapshot.Kind, _ bounds: [Double], _ labels: KeyValuePairs<String, String>
    ) -> Storage {
        precondition(MetricsRegistry.isName(name), "\(name): not a metric's name")
        let labels = MetricsSnapshot.sorted(labels)
        precondition(labels.allSatisfy { MetricsRegistry.isName($0.name) && !$0.name.contains(":") }, "\(name): not a label's name")
        precondition(zip(labels, labels.dropFirst()).allSatisfy { $0.name < $1.name }, "\(name): a label is given twice")
        return families.withLock { families in
            var family = families[name] ?? Family(help: help, kind: kind, bounds: bounds)
            precondition(family.kind == kind && family.bounds == bounds, "\(name): already a \(family.kind) with bounds \(family.bounds)")
            if let known = family.series[labels] { return known }
            let new: Storage = kind == .histogram ? .buckets(Buckets(bounds)) : .number(Cell())
            family.series[labels] = new
            families[name] = family
            return new
        }
    }

    private static func value(_ kind: MetricsSnapshot.Kind, _ storage: Storage) -> MetricsSnapshot.Value {
        switch storage {
        case .number(let cell): kind == .counter ? .count(Counter(cell: cell).value) : .level(Gauge(cell: cell).value)
        case .buckets(let buckets): distribution(buckets)
        }
    }

    private static func distribution(_ buckets: Buckets) -> MetricsSnapshot.Value {
        var total = 0
        let counted = zip(buckets.bounds + [.infinity], buckets.counts).map { bound, cell in
            total += Counter(cell: cell).value
            return MetricsSnapshot.Bucket(bound: bound, count: total)
        }
        return .distribution(counted, sum: Gauge(cell: buckets.sum).value)
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`, Prometheus' rule.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && !("0"..."9").contains(name.first ?? "0")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}
