internal import HTTPServer

extension Inspection {
    /// What a request asks for.
    enum Route {
        case members, jobs, job, change(JobVerb)
        case states, rows, row, differences
        case savepoints, createSavepoint, restoreSavepoint, dropSavepoint
        case topics, topic, records, publish, groups
        case deadLetterTopics, deadLetters, replayDeadLetters, dropDeadLetters
        case captureStatus, capturedTables, readTablesAgain
        case topology, apply
        case health, ready, live, metrics
    }

    func answer(_ route: Route, _ request: HTTPRequest, _ path: RouteParameters) async throws(Refusal) -> Answer {
        switch route {
        case .members: try await members(request)
        case .jobs: try await jobs(request)
        case .job: try await job(path["job"], request)
        case .change(let verb): try await change(path["job"], verb, request)
        case .states: try await states(of: path["job"])
        case .rows: try await rows(of: path["store"], in: path["job"], request)
        case .row: try await row(path["key"], of: path["store"], in: path["job"], request)
        case .differences: try await differences(of: path["store"], in: path["job"], request.query)
        case .savepoints: try await listSavepoints(request.query)
        case .createSavepoint: try await createSavepoint(of: path["job"], request)
        case .restoreSavepoint: try await restoreSavepoint(path["name"], of: path["job"], request.query)
        case .dropSavepoint: try await dropSavepoint(path["name"], of: path["job"])
        case .topics: try await topics()
        case .groups: try await groups()
        case .topic: try await topic(path["topic"])
        case .records: .lines(try RecordQuery(request.query), topic: path["topic"])
        case .publish: try await publish(request, to: path["topic"])
        case .deadLetterTopics: try await deadLetterTopics()
        case .deadLetters: .lines(try RecordQuery(request.query), topic: DeadLetters.topic(path["topic"]))
        case .replayDeadLetters: try await replayDeadLetters(of: path["topic"], request.query)
        case .dropDeadLetters: try await dropDeadLetters(of: path["topic"], request.query)
        case .captureStatus: try await captureStatus(request)
        case .capturedTables: try await capturedTables()
        case .readTablesAgain: try await readTablesAgain(request)
        case .topology: .whole(.json(await host.running()))
        case .apply: try await apply(request)
        case .health: await health()
        case .ready: await ready()
        case .live: live()
        case .metrics: await metricsText()
        }
    }
}

extension Router where Endpoint == Inspection.Route {
    /// Every route, with the method that serves it.
    static var inspection: Router {
        var router = Router()
        router.add("GET", "/ops/members", .members)
        router.add("GET", "/ops/jobs", .jobs)
        router.add("GET", "/ops/jobs/{job}", .job)
        for verb in Inspection.JobVerb.allCases { router.add("POST", "/ops/jobs/{job}/\(verb.rawValue)", .change(verb)) }
        router.add("GET", "/ops/jobs/{job}/state", .states)
        router.add("GET", "/ops/jobs/{job}/state/{store}", .rows)
        router.add("GET", "/ops/jobs/{job}/state/{store}/{key}", .row)
        router.add("GET", "/ops/jobs/{job}/state/{store}/diff", .differences)
        router.add("GET", "/ops/savepoints", .savepoints)
        router.add("POST", "/ops/savepoints/{job}", .createSavepoint)
        router.add("POST", "/ops/savepoints/{job}/{name}/restore", .restoreSavepoint)
        router.add("DELETE", "/ops/savepoints/{job}/{name}", .dropSavepoint)
        router.add("GET", "/ops/topics", .topics)
        router.add("GET", "/ops/topics/{topic}", .topic)
        router.add("GET", "/ops/topics/{topic}/records", .records)
        router.add("POST", "/ops/topics/{topic}/records", .publish)
        router.add("GET", "/ops/groups", .groups)
        router.add("GET", "/ops/dlq", .deadLetterTopics)
        router.add("GET", "/ops/dlq/{topic}", .deadLetters)
        router.add("POST", "/ops/dlq/{topic}/replay", .replayDeadLetters)
        router.add("POST", "/ops/dlq/{topic}/drop", .dropDeadLetters)
        router.add("GET", "/ops/cdc", .captureStatus)
        router.add("GET", "/ops/cdc/tables", .capturedTables)
        router.add("POST", "/ops/cdc/snapshot", .readTablesAgain)
        router.add("GET", "/ops/topology", .topology)
        router.add("POST", "/ops/topology", .apply)
        router.add("GET", "/api/health", .health)
        router.add("GET", "/health", .health)
        router.add("GET", "/health/live", .live)
        router.add("GET", "/health/ready", .ready)
        router.add("GET", "/metrics", .metrics)
        return router
    }
}
