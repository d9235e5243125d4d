internal import Execution
internal import HTTPServer
internal import KeyedState
internal import StreamCore

extension Inspection {
    /// What a person does with a job.
    enum JobVerb: String, CaseIterable {
        case pause, resume, restart
    }

    private static let mostRows = 10_000

    func job(_ name: String, _ request: HTTPRequest) async throws(Refusal) -> Answer {
        try await merged(request) { () throws(Refusal) in
            try await asked { () throws(EngineFailure) in try await engine.snapshot(of: name).json }
        }
    }

    func change(_ name: String, _ verb: JobVerb, _ request: HTTPRequest) async throws(Refusal) -> Answer {
        try await merged(request) { () throws(Refusal) in
            try await asked { () throws(EngineFailure) in
                switch verb {
                case .pause: try await engine.pause(name)
                case .resume: try await engine.resume(name)
                case .restart: try await engine.restart(name)
                }
                return try await engine.snapshot(of: name).json
            }
        }
    }

    func states(of name: String) async throws(Refusal) -> Answer {
        .whole(.json(try await asked { () throws(EngineFailure) in try await engine.snapshot(of: name).statesJSON }))
    }

    /// A key whose task moves just now, or recovers, is asked for again until it has been found or has been looked for long enough.
    func row(_ key: String, of store: String, in job: String, _ request: HTTPRequest) async throws(Refusal) -> Answer {
        let deadline = process.clock().advanced(by: Inspection.longestMove)
        while true {
            let refusal: Refusal
            do throws(Refusal) {
                return try await rowNow(key, of: store, in: job, request)
            } catch {
                refusal = error
            }
            guard refusal.status == 503, try fellows(for: request) != nil, process.clock() < deadline else { throw refusal }
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                throw refusal
            }
        }
    }

    /// How long a task may be on its way from one process to another.
    private static let longestMove = EventTime.Span(microseconds: 8_000_000)

    private func rowNow(_ key: String, of store: String, in job: String, _ request: HTTPRequest) async throws(Refusal) -> Answer {
        let found: (row: RenderedRow?, task: TaskID?, epoch: Epoch)
        let nowhere = Refusal(404, "NO_SUCH_KEY", "state \(store) of \(job) holds nothing under \(key)")
        do throws(EngineFailure) {
            found = try await engine.row(key, of: store, job: job)
        } catch {
            guard let fellows = try fellows(for: request) else { throw Refusal(error) }
            switch error.kind {
            case .elsewhere(let turns): return try await row(held: turns, fellows, request, unless: nowhere)
            // It stops, or the task recovers: that may be another's already, which this process learns a moment later.
            case .unavailable: return try await row(held: nil, fellows, request, unless: nowhere)
            default: throw Refusal(error)
            }
        }
        guard let row = found.row, let task = found.task else { throw nowhere }
        return .whole(.json(row.json(task, found.epoch)))
    }

    func rows(of store: String, in job: String, _ request: HTTPRequest) async throws(Refusal) -> Answer {
        let limit = try wholeNumber(request.query, "limit", in: 1...Inspection.mostRows) ?? 100
        return try await mergedRows(request, limit: limit) { () throws(Refusal) in
            try await asked { () throws(EngineFailure) in
                let (rows, hasMore) = try await engine.rows(of: store, job: job, prefix: request.query["prefix"] ?? "", limit: limit)
                return .object([
                    "job": .string(job), "state": .string(store), "rows": .array(rows.map { $0.row.json($0.task, $0.epoch) }),
                    "total": .integer(Int64(rows.count)), "has_more": .bool(hasMore),
                ])
            }
        }
    }

    private func asked(_ ask: () async throws(EngineFailure) -> JSON) async throws(Refusal) -> JSON {
        do throws(EngineFailure) {
            return try await ask()
        } catch {
            throw Refusal(error)
        }
    }
}

extension RenderedRow {
    /// The row, with the task that holds it and the epoch it is of.
    func json(_ task: TaskID, _ epoch: Epoch) -> JSON {
        .object([
            "key": .string(key), "value": value, "expires": expires.flatMap(\.instant), "task": .string("\(task)"),
            "epoch": .integer(epoch.number),
        ])
    }
}
