internal import StreamCore

/// What `linehaul bench` can measure.
let benchmarks: [Benchmark] = [
    Benchmark(name: "audit-anomaly", summary: "audit records from a file through the job, topic to outlet; input=FILE, directory=DIR") {
        settings, _ in
        guard let input = settings["input"] else { throw CommandFailure("measuring audit-anomaly: name its input with --set input=FILE") }
        var wanted = AuditAnomalyBench.Settings(input: input, directory: settings["directory"] ?? ".linehaul/bench")
        wanted.parallelism = settings["parallelism"].flatMap { Int($0) } ?? wanted.parallelism
        wanted.partitions = settings["partitions"].flatMap { Int($0) } ?? wanted.partitions
        wanted.shuffles = settings["shuffles"] == "true"
        return try await AuditAnomalyBench(settings: wanted).run().json
    }
]
