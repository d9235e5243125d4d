public import PostgresClient
public import Sinks
public import StreamCore

/// Writes a sink's rows to PostgreSQL, exactly once: rows and `_linehaul_offsets` in one transaction.
///
/// Each transaction begins with a logical message under the prefix `linehaul.sink`, so that who captures changes knows them for the log's
/// own and sends none of them back.
public struct PostgresSinkWriter<Rows: PostgresRows>: SinkWriter {
    private let pool: PostgresPool
    private let schema: PostgresSchema
    private let rows: Rows

    /// A writer through sessions of `pool`, into what `schema` holds; the schema is brought up to date before anything else.
    public init(_ pool: PostgresPool, _ schema: PostgresSchema, _ rows: Rows) {
        self.pool = pool
        self.schema = schema
        self.rows = rows
    }

    public func positions(of partitions: [TopicPartition], for owner: SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset] {
        let found = try lent { session throws(PostgresFailure) in
            try OffsetsTable.schema.ensure(in: session)
            try schema.ensure(in: session)
            return try OffsetsTable.claim(partitions, for: owner, in: session)
        }
        guard let found else { throw SinkFailure(.fenced, "taking over \(owner.task): a younger owner has it") }
        return found
    }

    public func write(_ rows: [Rows.Row], _ step: SinkStep) throws(SinkFailure) {
        let outcome = try lent { session throws(PostgresFailure) in
            do throws(PostgresFailure) {
                return try attempt(rows, step, in: session)
            } catch {
                guard error.kind == .refused, !rows.isEmpty else { throw error }
                return .refused(try RefusedRows.found(among: rows, by: self.rows, in: session), error)
            }
        }
        switch outcome {
        case .written: return
        case .moved: throw SinkFailure(.moved, "the target stands elsewhere than \(step.owner.task) left it, or is another owner's")
        case .refused(let rows, let failure):
            // What was refused together and is taken one by one is tried again as it was.
            throw SinkFailure(rows.isEmpty ? .retriable : .refused(rows), failure.reason)
        }
    }

    private enum Outcome {
        case written
        case moved
        case refused([SinkFailure.RefusedRow], PostgresFailure)
    }

    /// What ends a transaction in which the positions are not as expected.
    private static var elsewhere: PostgresFailure { PostgresFailure(.retriable, sqlState: "LH001", "the positions stand elsewhere") }

    private func attempt(_ rows: [Rows.Row], _ step: SinkStep, in session: PostgresSession) throws(PostgresFailure) -> Outcome {
        do throws(PostgresFailure) {
            try session.transaction { session throws(PostgresFailure) in
                _ = try session.query(
                    "SELECT pg_logical_emit_message(true, 'linehaul.sink', $1)", [PostgresValue(step.owner.task.description)])
                guard try OffsetsTable.move(step, in: session) else { throw PostgresSinkWriter.elsewhere }
                if !rows.isEmpty { try self.rows.write(rows[...], in: session) }
            }
            return .written
        } catch {
            if error == PostgresSinkWriter.elsewhere { return .moved }
            throw error
        }
    }

    private func lent<Result>(_ body: (PostgresSession) throws(PostgresFailure) -> Result) throws(SinkFailure) -> Result {
        do throws(PostgresFailure) {
            return try pool.with(body)
        } catch {
            throw SinkFailure(error)
        }
    }
}

extension SinkFailure {
    /// What a failure of the database means for a sink. Short of a lost commit nothing was written.
    public init(_ failure: PostgresFailure) {
        let kind: Kind =
            switch failure.kind {
            case .unavailable, .timedOut: .unavailable
            case .retriable: .retriable
            case .unknown: .unknown
            case .refused, .unfit, .forbidden: .unfit
            }
        self.init(kind, failure.reason)
    }
}
