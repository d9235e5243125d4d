internal import Neo4jClient
internal import StreamCore

/// How the snapshots of one type become nodes and the relations between them: the database takes each snapshot apart itself.
///
/// Nodes are merged by their id, so that a relation may come before the thing that it leads to. A snapshot takes effect where its version is
/// newer than the node's; relations that it does not name any more are gone with it.
struct GraphTable: GraphRows {
    /// The label of its nodes, and the inlet that their snapshots come by.
    let label: String
    let inlet: String
    /// What a node keeps: a property and the expression of its value over the snapshot `row`.
    let properties: [(name: String, value: String)]
    /// Relations that a snapshot replaces: what is matched and deleted first.
    let stale: [String]
    /// What is merged of it then, each over `n` and `row`: complete clauses, one result row or none.
    let relations: [String]

    /// How many rows one statement takes.
    private static let chunk = 5_000

    func statements(for rows: ArraySlice<GraphRow>) -> [Neo4jStatement] {
        // The last word on each.
        var last: [String: [UInt8]?] = [:]
        for row in rows { last[row.id] = .some(row.text) }
        let present = last.sorted { $0.key < $1.key }.compactMap(\.value)
        let gone = last.filter { $0.value == nil }.keys.sorted()
        var statements = stride(from: 0, to: present.count, by: Self.chunk).map { start in
            Neo4jStatement(upsert, json: parameters(rows: Array(present[start..<min(start + Self.chunk, present.count)])))
        }
        if !gone.isEmpty {
            statements.append(
                Neo4jStatement(
                    "UNWIND $ids AS id MATCH (n:\(label) {id: id}) OPTIONAL MATCH (n)-[:FROM|TO]->(s:Stop) DETACH DELETE n, s",
                    ["ids": .array(gone.map(JSON.string))]))
        }
        return statements
    }

    private var upsert: String {
        let assigned = properties.map { "n.\($0.name) = \($0.value)" }.joined(separator: ", ")
        let removed = stale.enumerated().map { "CALL { WITH n OPTIONAL MATCH \($1) DELETE r }" }
        let merged = relations.map { "CALL { WITH n, row \($0) }" }
        return """
            UNWIND $rows AS row MERGE (n:\(label) {id: row.id})
            WITH n, row WHERE coalesce(n.version, 0) < row.version
            SET \(assigned)
            WITH n, row
            \((removed + merged).joined(separator: "\n"))
            RETURN count(n)
            """
    }
}
