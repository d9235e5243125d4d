internal import Metrics
internal import StreamCore

/// The process itself and what it leans on, as Prometheus reads them, measured when asked.
enum ProcessMetrics {
    static func text(_ figures: SystemFigures, _ dependencies: [Dependency], _ gauges: [Inspection.Figure]) -> String {
        let registry = MetricsRegistry()
        registry.gauge("process_resident_memory_bytes", "Memory that the process holds.").set(Double(figures.memory))
        registry.gauge("data_disk_free_bytes", "Bytes free where its data lies.").set(Double(figures.diskFree))
        for dependency in dependencies where dependency.status != .notConfigured {
            registry.gauge("dependency_up", "1 where it answers, 0 where it does not.", ["dependency": dependency.name])
                .set(dependency.status == .unhealthy ? 0 : 1)
            if let latency = dependency.latency {
                registry.gauge("dependency_answer_seconds", "How long it took to answer last.", ["dependency": dependency.name])
                    .set(Double(latency.microseconds) / 1e6)
            }
        }
        for gauge in gauges { registry.gauge(gauge.name, gauge.help).set(gauge.value) }
        return registry.text
    }
}
