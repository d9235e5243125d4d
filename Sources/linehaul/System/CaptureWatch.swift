internal import ChangeCapture
internal import Dataflow
internal import Inspection
internal import PostgresClient
internal import StreamCore
internal import StructuredLog
internal import Synchronization

/// Looks after the slot of the capture that is deployed, so that health, metrics and the log know how it stands, and answers for it.
final class CaptureWatch: CaptureConsole {
    /// A capture that is deployed.
    private struct Capture {
        let desk: CaptureDesk
        let job: String
        /// The topics, by outlet.
        let topics: [String: String]
    }

    private struct State {
        var capture: Capture?
        var status: CaptureStatus?
        var failure: PostgresFailure?
    }

    private let pool: PostgresPool
    private let logger: Logger
    private let state = Mutex(State())

    /// A watch that asks over sessions of that pool.
    init(_ pool: PostgresPool, _ logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// Follows what is deployed now.
    func follow(_ deployments: [JobDeployment]) {
        let found = deployments.compactMap { [pool] deployment in
            (deployment.job as? ChangeCapture).map { job in
                Capture(desk: job.desk(pool), job: deployment.name, topics: deployment.bindings.outlets.mapValues(\.name))
            }
        }.first
        state.withLock { state in
            state.capture = found
            if found == nil { (state.status, state.failure) = (nil, nil) }
        }
    }

    /// Looks once; says what has come to be wrong, and that it no longer is.
    func look() {
        guard let capture = state.withLock({ $0.capture }) else { return }
        let (status, failure): (CaptureStatus?, PostgresFailure?)
        do throws(PostgresFailure) { (status, failure) = (try capture.desk.status(), nil) } catch { (status, failure) = (nil, error) }
        let before = state.withLock { state in
            let before = state.status?.condition
            (state.status, state.failure) = (status ?? state.status, failure)
            return before
        }
        guard let status, status.condition != before else { return }
        switch (status.problem, status.isLosing) {
        case (let problem?, true) where before != nil:
            logger.error("changes will be missing, or are", [.job: capture.job, .reason: problem])
        case (let problem?, false) where before != nil: logger.warning("the capture is behind", [.job: capture.job, .reason: problem])
        default: if before != nil, before != .unread { logger.info("the capture's slot is well again", [.job: capture.job]) }
        }
    }

    var job: String? { state.withLock { $0.capture?.job } }

    func status() throws(Refusal) -> JSON {
        let found = try ask { capture throws(PostgresFailure) in try capture.desk.status() }
        return .object([
            "slot": .string(found.slot), "condition": .string(found.condition.rawValue), "confirmed": found.confirmed.map { .string($0) },
            "restart": found.restart.map { .string($0) }, "lag_bytes": .integer(Int64(found.lag)), "lag_seconds": .number(found.lagSeconds),
            "retained_bytes": .integer(Int64(found.retained)), "safe_bytes": found.safe.map { .integer(Int64($0)) },
            "problem": found.problem.map { .string($0) },
        ])
    }

    func tables() throws(Refusal) -> JSON {
        let (tables, topics) = try ask { capture throws(PostgresFailure) in (try capture.desk.tables(), capture.topics) }
        return .object([
            "tables": .array(
                tables.map { table in
                    .object([
                        "name": .string(table.name), "topic": topics[table.outlet].map { .string($0) }, "exists": .bool(table.exists),
                        "published": .bool(table.isPublished), "identity": .string(table.identity),
                        "key": .array(table.key.map { .string($0) }), "rows": .integer(Int64(table.rows)),
                        "bytes": .integer(Int64(table.bytes)),
                    ])
                })
        ])
    }

    func read(_ tables: [String]) throws(Refusal) -> JSON {
        let (asked, position) = try ask { capture throws(PostgresFailure) in try capture.desk.read(tables) }
        return .object(["asked": .array(asked.map { .string($0) }), "position": .string(position)])
    }

    /// What health says of the capture: where it is captured from answers, and changes are not about to be lost.
    var dependency: Dependency {
        let (capture, status, failure) = state.withLock { ($0.capture, $0.status, $0.failure) }
        guard capture != nil else { return Dependency("cdc", .notConfigured) }
        if let failure { return Dependency("cdc", .unhealthy, detail: failure.reason) }
        guard let status, let problem = status.problem else { return Dependency("cdc", .healthy) }
        return Dependency("cdc", status.isLosing ? .unhealthy : .degraded, detail: problem)
    }

    /// The figures of the last look, by metric; empty where nothing is captured.
    var figures: [Inspection.Figure] {
        guard let status = state.withLock({ $0.status }) else { return [] }
        var figures = [
            Inspection.Figure("cdc_lag_bytes", "Log between what was committed here and the server's end.", Double(status.lag)),
            Inspection.Figure("cdc_lag_seconds", "How long the newest confirmed change took to be.", status.lagSeconds),
            Inspection.Figure("cdc_retained_wal_bytes", "Log that the server keeps for the slot.", Double(status.retained)),
            Inspection.Figure("cdc_slot_read", "1 where somebody reads the slot.", status.condition == .unread || status.isLosing ? 0 : 1),
            Inspection.Figure("cdc_slot_losing", "1 where changes are missing, or soon will be.", status.isLosing ? 1 : 0),
        ]
        if let safe = status.safe {
            figures.append(Inspection.Figure("cdc_safe_wal_bytes", "Log that may be written before the slot can be lost.", Double(safe)))
        }
        return figures
    }

    private func ask<Answer>(_ work: (Capture) throws(PostgresFailure) -> Answer) throws(Refusal) -> Answer {
        guard let capture = state.withLock({ $0.capture }) else {
            throw Refusal(404, "NOT_CAPTURING", "no database's changes are captured: no job of that kind is deployed (LINEHAUL_CDC)")
        }
        do throws(PostgresFailure) { return try work(capture) } catch {
            switch error.kind {
            case .refused: throw Refusal(422, "NOT_CAPTURED", error.reason)
            case .forbidden, .unfit: throw Refusal(409, "REFUSED", error.reason)
            case .unavailable, .timedOut, .retriable, .unknown: throw Refusal(503, "CDC_UNAVAILABLE", error.reason)
            }
        }
    }
}
