internal import Execution
internal import HTTPServer
internal import KeyedState
internal import StreamCore
internal import Wire

/// `/ops/cdc`: how the capture of a database's changes stands.
extension Inspection {
    /// The slot as any process sees it, and the task as the one that runs it does.
    func captureStatus(_ request: HTTPRequest) async throws(Refusal) -> Answer {
        let (desk, job) = try capture()
        let slot = try await desk.ask { console throws(Refusal) in try console.status() }
        let own = await task(of: job)
        if own == nil, let fellows = try fellows(for: request) {
            let echo = await fellows.ask(request)
            if let other = echo.answers.first(where: { $0.body["state"]?.string != nil }) { return .whole(.json(other.body)) }
        }
        return .whole(.json(.object([JSON.Member("job", .string(job))] + (own ?? []) + (slot.members ?? []))))
    }

    func capturedTables() async throws(Refusal) -> Answer {
        let desk = try capture().desk
        return .whole(.json(try await desk.ask { console throws(Refusal) in try console.tables() }))
    }

    /// Takes `{"tables": [name]}`, or nothing for all of them.
    func readTablesAgain(_ request: HTTPRequest) async throws(Refusal) -> Answer {
        let desk = try capture().desk
        var names: [String] = []
        if !request.body.isEmpty {
            let body: JSON
            do throws(DecodeFailure) { body = try JSON(parsing: request.body) } catch {
                throw Refusal(422, "INVALID_BODY", "the body is \(error.reason)")
            }
            let texts = body["tables"]?.array?.map(\.string)
            guard body["tables"] == nil || texts?.contains(nil) == false else {
                throw Refusal(
                    422, "INVALID_BODY", "expected `tables`, a list of names",
                    details: [Issue(field: "tables", issue: "not a list of texts")])
            }
            names = (texts ?? []).compactMap { $0 }
        }
        return .whole(.json(try await desk.ask { [names] console throws(Refusal) in try console.read(names) }, status: 202))
    }

    private typealias Issue = Refusal.Issue

    private func capture() throws(Refusal) -> (desk: CaptureConsoleDesk, job: String) {
        guard let console = process.capture, let desk = captureDesk, let job = console.job else {
            throw Refusal(404, "NOT_CAPTURING", "no database's changes are captured: no job of that kind is deployed (LINEHAUL_CDC)")
        }
        return (desk, job)
    }

    /// The state, the committed position and the last failure of the stage's one task; `nil` where another process runs it.
    private func task(of job: String) async -> [JSON.Member]? {
        guard let snapshot = try? await engine.snapshot(of: job), let task = snapshot.stages.flatMap(\.tasks).first else { return nil }
        let position = try? await engine.row("position", of: "source", job: job).row?.value
        return [
            JSON.Member("state", .string(task.condition.rawValue)), JSON.Member("position", position ?? .null),
            JSON.Member("last_failure", task.json["last_failure"] ?? .null),
        ]
    }
}
