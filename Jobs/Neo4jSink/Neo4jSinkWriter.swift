internal import Neo4jClient
internal import Sinks
internal import StreamCore

/// How the rows of one sink become statements.
protocol GraphRows<Row>: Sendable {
    associatedtype Row: Sendable

    /// The statements that write rows, in order.
    func statements(for rows: ArraySlice<Row>) -> [Neo4jStatement]
}

/// Writes a sink's rows to Neo4j, exactly once: rows and offsets in one transaction, which is one request.
struct Neo4jSinkWriter<Rows: GraphRows>: SinkWriter {
    private let client: Neo4jClient
    private let schema: [String]
    private let rows: Rows
    /// How often what two transactions got into each other's way with is tried again before the task hears of it.
    private static var attempts: Int { 5 }

    /// A writer through `client`; the constraints and indexes of `schema` are made before anything else.
    init(_ client: Neo4jClient, _ schema: [String], _ rows: Rows) {
        self.client = client
        self.schema = schema
        self.rows = rows
    }

    func positions(of partitions: [TopicPartition], for owner: SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset] {
        let found: [[JSON]]
        do throws(Neo4jFailure) {
            try ensureSchema()
            found = try run([GraphOffsets.claim(partitions, for: owner)]).first ?? []
        } catch {
            throw SinkFailure(error)
        }
        if found.count < partitions.count { throw SinkFailure(.fenced, "taking over \(owner.task): a younger owner has it") }
        var offsets: [TopicPartition: Offset] = [:]
        for row in found where row.count == 3 {
            guard let topic = row[0].string, let number = row[1].integer, let next = row[2].integer else { continue }
            offsets[TopicPartition(topic, Partition(Int(number)))] = Offset(next)
        }
        return offsets
    }

    /// Makes the constraints and indexes that are missing. What changes the schema stands alone in its transaction.
    private func ensureSchema() throws(Neo4jFailure) {
        let wanted = [GraphOffsets.constraint] + schema
        let known = try client.run([Neo4jStatement("SHOW INDEXES YIELD name RETURN name")]).first ?? []
        let names = Set(known.compactMap { $0.first?.string })
        // A constraint has an index of its name.
        for text in wanted where !text.split(separator: " ").contains(where: { names.contains(String($0)) }) {
            _ = try client.run([Neo4jStatement(text)])
        }
    }

    func write(_ rows: [Rows.Row], _ step: SinkStep) throws(SinkFailure) {
        do throws(Neo4jFailure) {
            _ = try run([GraphOffsets.move(step)] + (rows.isEmpty ? [] : self.rows.statements(for: rows[...])))
        } catch {
            if error.kind == .aborted {
                throw SinkFailure(.moved, "the target stands elsewhere than \(step.owner.task) left it, or is another owner's")
            }
            guard error.kind == .refused, !rows.isEmpty else { throw SinkFailure(error) }
            let refused = try refused(among: rows[...])
            throw SinkFailure(refused.isEmpty ? .retriable : .refused(refused), error.reason)
        }
    }

    /// The rows that the database refuses: halves what is refused until single rows are left, each in a transaction that ends itself.
    private func refused(among slice: ArraySlice<Rows.Row>) throws(SinkFailure) -> [SinkFailure.RefusedRow] {
        if slice.isEmpty { return [] }
        do throws(Neo4jFailure) {
            _ = try run(rows.statements(for: slice) + [Neo4jStatement("UNWIND [0] AS none RETURN 1 / none")])
            return []
        } catch {
            if error.kind == .aborted { return [] }
            guard error.kind == .refused else { throw SinkFailure(error) }
            if slice.count == 1 { return [SinkFailure.RefusedRow(slice.startIndex, error.reason)] }
        }
        let middle = slice.startIndex + slice.count / 2
        return try refused(among: slice[..<middle]) + refused(among: slice[middle...])
    }

    /// Runs a transaction, again where another one stood in its way.
    private func run(_ statements: [Neo4jStatement]) throws(Neo4jFailure) -> [[[JSON]]] {
        for _ in 1..<Self.attempts {
            do throws(Neo4jFailure) {
                return try client.run(statements)
            } catch {
                if error.kind != .retriable { throw error }
            }
        }
        return try client.run(statements)
    }
}

extension SinkFailure {
    /// What a failure of the graph means for a sink. Short of a lost answer nothing was written.
    fileprivate init(_ failure: Neo4jFailure) {
        let kind: Kind =
            switch failure.kind {
            case .unavailable: .unavailable
            case .retriable: .retriable
            case .unknown: .unknown
            case .refused, .aborted, .unfit, .forbidden: .unfit
            }
        self.init(kind, failure.reason)
    }
}
