internal import Execution
internal import Metrics
internal import StreamCore

/// The figures of tasks as Prometheus reads them, taken from one snapshot, so that tasks that are gone are gone here too.
enum TaskMetrics {
    static func text(_ jobs: [JobSnapshot], now: EventTime) -> String {
        let registry = MetricsRegistry()
        for task in jobs.flatMap(\.stages).flatMap(\.tasks) {
            let labels: KeyValuePairs = ["job": task.task.job, "stage": task.task.stage, "partition": "\(task.task.partition)"]
            registry.counter("stage_records_in_total", "Records read since the task started.", labels).add(task.recordsIn)
            registry.counter("stage_records_out_total", "Records written since the task started.", labels).add(task.recordsOut)
            registry.counter("stage_records_late_total", "Records too late for a window or an ordering since the task started.", labels)
                .add(task.late)
            registry.counter("stage_dead_letters_total", "Records that became dead letters since the task started.", labels).add(
                task.deadLetters)
            registry.gauge("stage_lag_records", "Offsets between what was read and the end.", labels)
                .set(Double(task.inlets.reduce(0) { $0 + $1.lag }))
            registry.gauge("stage_state_memory_bytes", "Memory of decoded state.", labels).set(Double(task.memory))
            registry.gauge("stage_epoch", "The last committed epoch.", labels).set(Double(task.epoch.number))
            registry.gauge("stage_running", "1 where the task runs, 0 where it recovers, waits or is quarantined.", labels)
                .set(task.condition == .running ? 1 : 0)
            if task.watermark > .distantPast, task.watermark < .distantFuture {
                registry.gauge("stage_watermark_age_seconds", "How far the watermark is behind the clock.", labels)
                    .set(Double(now.since(task.watermark).microseconds) / 1e6)
            }
        }
        return registry.text
    }
}
