internal import HTTPServer
internal import StreamCore

extension Router where Endpoint == Inspection.Endpoint {
    /// Every route, with the method that serves it.
    static var inspection: Router {
        var router = Router()
        router.add("GET", "/ops/jobs") { inspection, _, _ in await inspection.jobs() }
        router.add("GET", "/ops/jobs/{job}") { inspection, _, path throws(Refusal) in try await inspection.job(path["job"]) }
        for verb in Inspection.JobVerb.allCases {
            router.add("POST", "/ops/jobs/{job}/\(verb.rawValue)") { inspection, _, path throws(Refusal) in
                try await inspection.change(path["job"], verb)
            }
        }
        router.add("GET", "/ops/jobs/{job}/state") { inspection, _, path throws(Refusal) in try await inspection.states(of: path["job"]) }
        router.add("GET", "/ops/jobs/{job}/state/{store}") { inspection, request, path throws(Refusal) in
            try await inspection.rows(of: path["store"], in: path["job"], request.query)
        }
        router.add("GET", "/ops/jobs/{job}/state/{store}/{key}") { inspection, _, path throws(Refusal) in
            try await inspection.row(path["key"], of: path["store"], in: path["job"])
        }
        router.add("GET", "/ops/topics") { inspection, _, _ throws(Refusal) in try await inspection.topics() }
        router.add("GET", "/ops/topics/{topic}") { inspection, _, path throws(Refusal) in try await inspection.topic(path["topic"]) }
        router.add("GET", "/ops/topics/{topic}/records") { _, request, path throws(Refusal) in
            .lines(try RecordQuery(request.query), topic: path["topic"])
        }
        router.add("POST", "/ops/topics/{topic}/records") { inspection, request, path throws(Refusal) in
            try await inspection.publish(request, to: path["topic"])
        }
        router.add("GET", "/ops/dlq") { inspection, _, _ throws(Refusal) in try await inspection.deadLetterTopics() }
        router.add("GET", "/ops/dlq/{topic}") { _, request, path throws(Refusal) in
            .lines(try RecordQuery(request.query), topic: DeadLetters.topic(path["topic"]))
        }
        router.add("POST", "/ops/dlq/{topic}/replay") { inspection, request, path throws(Refusal) in
            try await inspection.replayDeadLetters(of: path["topic"], request.query)
        }
        router.add("POST", "/ops/dlq/{topic}/drop") { inspection, request, path throws(Refusal) in
            try await inspection.dropDeadLetters(of: path["topic"], request.query)
        }
        router.add("GET", "/ops/topology") { inspection, _, _ in .whole(.json(await inspection.host.running())) }
        router.add("POST", "/ops/topology") { inspection, request, _ throws(Refusal) in try await inspection.apply(request) }
        router.add("GET", "/health") { inspection, _, _ in await inspection.health() }
        router.add("GET", "/health/live") { inspection, _, _ in inspection.live() }
        router.add("GET", "/health/ready") { inspection, _, _ in await inspection.health() }
        router.add("GET", "/metrics") { inspection, _, _ in await inspection.metricsText() }
        return router
    }
}
