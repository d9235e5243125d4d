internal import Execution
internal import HTTPServer
internal import KeyedState
internal import Savepoints
internal import StreamCore
internal import Wire

extension Inspection {
    private static let mostDifferences = 10_000

    func listSavepoints(_ query: HTTPQuery) async throws(Refusal) -> Answer {
        let job = query["job"]
        let found = try await savepoints.ask { folder throws(SavepointFailure) in folder.list(job) }
        return .whole(.json(.object(["savepoints": .array(found.map(\.json))])))
    }

    /// Makes a savepoint; a body may give it a name.
    func createSavepoint(of job: String, _ request: HTTPRequest) async throws(Refusal) -> Answer {
        let wanted = try name(in: request.body)
        let savepoint: Savepoint
        do throws(EngineFailure) {
            savepoint = try await engine.savepoint(of: job)
        } catch {
            throw Refusal(error)
        }
        let name = wanted ?? SavepointFolder.name(at: savepoint.created)
        let entry = try await savepoints.ask { folder throws(SavepointFailure) in try folder.save(savepoint, as: name) }
        return .whole(.json(entry.json, status: 201))
    }

    private func name(in body: [UInt8]) throws(Refusal) -> String? {
        if body.isEmpty { return nil }
        do throws(DecodeFailure) {
            let body = try JSON(parsing: body)
            if body["name"] == nil { return nil }
            if let name = body["name"]?.string { return name }
        } catch {
            throw Refusal(422, "INVALID_BODY", "the body is \(error.reason)")
        }
        throw Refusal(422, "INVALID_BODY", "expected a text", details: [Refusal.Issue(field: "name", issue: "not a text")])
    }

    func restoreSavepoint(_ name: String, of job: String, _ query: HTTPQuery) async throws(Refusal) -> Answer {
        let keepsPositions = try flag(query, "keep-positions")
        let savepoint = try await savepoints.ask { folder throws(SavepointFailure) in try folder.load(name, of: job) }
        do throws(EngineFailure) {
            try await engine.restore(savepoint, keepingPositions: keepsPositions)
        } catch {
            throw Refusal(error)
        }
        return .whole(
            .json(
                .object([
                    "job": .string(job), "restored": .string(name), "rows": .integer(Int64(savepoint.summary.rows)),
                    "kept_positions": .bool(keepsPositions),
                ])))
    }

    func dropSavepoint(_ name: String, of job: String) async throws(Refusal) -> Answer {
        try await savepoints.ask { folder throws(SavepointFailure) in try folder.drop(name, of: job) }
        return .whole(.json(.object(["job": .string(job), "dropped": .string(name)])))
    }

    /// What has become of a state since a savepoint: the one that `from` names, else the newest.
    func differences(of store: String, in job: String, _ query: HTTPQuery) async throws(Refusal) -> Answer {
        let limit = try wholeNumber(query, "limit", in: 1...Inspection.mostDifferences) ?? 100
        let wanted = query["from"]
        let (name, savepoint) = try await savepoints.ask { folder throws(SavepointFailure) in
            let name = wanted ?? folder.list(job).first?.name ?? ""
            return (name, name.isEmpty ? nil : try folder.load(name, of: job))
        }
        guard let savepoint else {
            throw Refusal(404, "NOT_FOUND", "job \(job) has no savepoint to compare with; `linehaul savepoint create \(job)` makes one")
        }
        let found: StateDifferences
        do throws(EngineFailure) {
            found = try await engine.differences(of: store, since: savepoint, limit: limit)
        } catch {
            throw Refusal(error)
        }
        return .whole(
            .json(
                .object([
                    "job": .string(job), "state": .string(store), "from": .string(name), "added": .integer(Int64(found.added)),
                    "removed": .integer(Int64(found.removed)), "changed": .integer(Int64(found.changed)),
                    "rows": .array(found.rows.map(\.json)), "has_more": .bool(found.total > found.rows.count),
                ])))
    }
}

extension SavepointFolder.Entry {
    /// The savepoint as it is listed.
    var json: JSON {
        .object([
            "job": .string(job), "name": .string(name), "created": summary?.created.instant,
            "tasks": summary.map { .integer(Int64($0.tasks)) },
            "first_epoch": summary.map { .integer($0.epochs.lowerBound.number) },
            "last_epoch": summary.map { .integer($0.epochs.upperBound.number) }, "rows": summary.map { .integer(Int64($0.rows)) },
            "state_bytes": summary.map { .integer(Int64($0.stateBytes)) }, "bytes": .integer(Int64(bytes)),
            "problem": problem.map { .string($0) },
        ])
    }
}

extension StateDifferences.Row {
    /// The key with what stood there and what stands there.
    var json: JSON {
        let change = before == nil ? "ADDED" : after == nil ? "REMOVED" : "CHANGED"
        return .object([
            "key": .string(after?.key ?? before?.key ?? ""), "change": .string(change), "task": .string("\(task)"), "before": before?.value,
            "after": after?.value, "expires_before": before?.expires.flatMap(\.instant), "expires_after": after?.expires.flatMap(\.instant),
        ])
    }
}
