internal import Neo4jClient
internal import StreamCore
internal import Synchronization

/// The constraints and indexes of the graph, made where they are missing: by one task of a process at a time, since Neo4j lets two that make
/// the same get into each other's way.
final class GraphSchema: Sendable {
    private let statements: [String]
    /// The databases that have been seen to, by the ids that Neo4j gave them when they were made.
    private let known = Mutex<Set<String>>([])

    /// What those statements make, beside the constraint of the offsets.
    init(_ statements: [String] = []) { self.statements = [GraphOffsets.constraint] + statements }

    /// Makes what is missing. Asked whenever a task takes its rows over: a graph may have been put in the place of another. One that this
    /// process has seen to is only asked who it is, since dozens of tasks start at a time.
    func ensure(in client: Neo4jClient) throws(Neo4jFailure) {
        let identity = try client.run([Neo4jStatement("CALL db.info() YIELD id RETURN id")]).first?.first?.first?.string ?? ""
        let outcome = known.withLock { known -> Result<Void, Neo4jFailure> in
            if known.contains(identity) { return .success(()) }
            do throws(Neo4jFailure) {
                try make(in: client)
                if !identity.isEmpty { known.insert(identity) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private func make(in client: Neo4jClient) throws(Neo4jFailure) {
        let known = try client.run([Neo4jStatement("SHOW INDEXES YIELD name RETURN name")]).first ?? []
        let names = Set(known.compactMap { $0.first?.string })
        // A constraint has an index of its name. What changes the schema stands alone in its transaction.
        for text in statements where !text.split(separator: " ").contains(where: { names.contains(String($0)) }) {
            do throws(Neo4jFailure) {
                _ = try client.run([Neo4jStatement(text)])
            } catch {
                // Another process was faster.
                guard error.code?.hasSuffix("AlreadyExists") == true else { throw error }
            }
        }
    }
}
