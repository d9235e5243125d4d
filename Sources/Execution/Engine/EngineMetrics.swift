internal import Metrics

/// The engine's instruments; handles are kept by those who count.
struct EngineMetrics: Sendable {
    private let registry: MetricsRegistry
    /// Freeze to commit, in seconds.
    let epochs: Histogram

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        epochs = registry.histogram("epoch_commit_seconds", "From the end of an epoch to its commit.", bounds: Histogram.secondsBounds)
    }

    func failures(_ job: String) -> Counter {
        registry.counter("task_failures_total", "Failures of a job's tasks.", ["job": job])
    }

    func rows(_ job: String) -> Counter {
        registry.counter("sink_rows_total", "Rows that a job's targets have taken.", ["job": job])
    }

    func deliveries(_ job: String) -> Histogram {
        registry.histogram(
            "sink_write_seconds", "How long a target took for a batch of rows.", bounds: Histogram.secondsBounds, ["job": job])
    }

    func deadLetters(_ job: String) -> Counter {
        registry.counter("dead_letters_total", "Records that became dead letters.", ["job": job])
    }
}
