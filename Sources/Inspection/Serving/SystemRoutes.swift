internal import EventLog
internal import Execution
internal import HTTPServer
internal import Metrics
internal import StreamCore
internal import Topology
internal import Wire

extension Inspection {
    /// 200 where the process works, degraded or not; 503 where the log does not answer.
    func health() async -> Answer {
        let log = await logDependency()
        let dependencies = [log] + process.dependencies()
        let jobs = await engine.snapshot()
        let suffers = jobs.contains { [.quarantined, .backingOff, .waiting].contains($0.condition) }
        let isDegraded = suffers || dependencies.contains { $0.status == .degraded || $0.status == .unhealthy }
        let status: Dependency.Status = log.status == .unhealthy ? .unhealthy : isDegraded ? .degraded : .healthy
        let body = JSON.object([
            "status": .string(status.rawValue),
            "version": .string(process.version),
            "uptime_seconds": .integer(process.clock().since(process.startedAt).microseconds / 1_000_000),
            "dependencies": .object(dependencies.map { JSON.Member($0.name, $0.json) }),
            "system": process.figures().json,
            "jobs": .object(
                jobs.map { job in
                    JSON.Member(job.name, .object(["state": .string(job.condition.rawValue), "lag": .integer(job.lag)]))
                }),
        ])
        return .whole(.json(body, status: status == .unhealthy ? 503 : 200))
    }

    /// Whether clients may be sent here: as `health`, and 503 until its jobs are deployed and what answers them
    /// has read what it answers from.
    func ready() async -> Answer {
        let jobs = await engine.snapshot()
        if !host.hasBegun || jobs.contains(where: \.isOpening) {
            return .whole(.json(.object(["status": "STARTING"]), status: 503))
        }
        return await health()
    }

    private func logDependency() async -> Dependency {
        if let watch { return watch.health }
        let asked = process.clock()
        do throws(Refusal) {
            _ = try await reads.ask { log in try log.topics().count }
            return Dependency("log", .healthy, latency: process.clock().since(asked))
        } catch {
            return Dependency("log", .unhealthy, detail: "the log does not answer")
        }
    }

    /// The process is there; says nothing of what it leans on.
    func live() -> Answer { .whole(.json(.object(["status": .string(Dependency.Status.healthy.rawValue)]))) }

    func metricsText() async -> Answer {
        let tasks = TaskMetrics.text(await engine.snapshot(), now: process.clock())
        let own = ProcessMetrics.text(process.figures(), [await logDependency()] + process.dependencies(), process.gauges())
        return .whole(.text(metrics.text + tasks + own, type: MetricsRegistry.contentType))
    }

    /// Takes a folder as `{"name", "files": {path: text}}` and has it applied.
    func apply(_ request: HTTPRequest) async throws(Refusal) -> Answer {
        let body: JSON
        do throws(DecodeFailure) {
            body = try JSON(parsing: request.body)
        } catch {
            throw Refusal(422, "INVALID_BODY", "the body is \(error.reason)")
        }
        guard let members = body["files"]?.members, !members.isEmpty else {
            throw Refusal(
                422, "INVALID_BODY", "expected an object of `name` and `files`, the text of each by its path",
                details: [Refusal.Issue(field: "files", issue: "missing or empty")])
        }
        var files: [String: String] = [:]
        for member in members {
            guard let text = member.value.string else {
                throw Refusal(
                    422, "INVALID_BODY", "files.\(member.name): expected the file's text",
                    details: [Refusal.Issue(field: member.name, issue: "not a text")])
            }
            files[member.name] = text
        }
        return .whole(.json(try await host.apply(TopologyFolder(body["name"]?.string ?? "topology", files: files))))
    }
}
