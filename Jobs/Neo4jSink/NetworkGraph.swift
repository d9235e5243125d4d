internal import Neo4jClient
internal import StreamCore

/// The road network in the graph: places are `Location`, segments the relation `ROUTE_SEGMENT` between two of them.
struct NetworkGraph: GraphRows {
    private static let chunk = 5_000

    func statements(for rows: ArraySlice<GraphRow>) -> [Neo4jStatement] {
        var last: [String: [UInt8]?] = [:]
        for row in rows { last[row.id] = .some(row.text) }
        let present = last.sorted { $0.key < $1.key }.compactMap(\.value)
        let gone = last.filter { $0.value == nil }.keys.sorted()
        var statements: [Neo4jStatement] = []
        for start in stride(from: 0, to: present.count, by: Self.chunk) {
            let given = parameters(rows: Array(present[start..<min(start + Self.chunk, present.count)]))
            statements += [Neo4jStatement(Self.places, json: given), Neo4jStatement(Self.segments, json: given)]
        }
        if !gone.isEmpty {
            let ids = JSON.array(gone.map(JSON.string))
            statements += [
                Neo4jStatement("UNWIND $ids AS id MATCH ()-[s:ROUTE_SEGMENT {id: id}]->() DELETE s", ["ids": ids]),
                // A place that segments still lead to stays, without what was said of it.
                Neo4jStatement("UNWIND $ids AS id MATCH (l:Location {id: id}) REMOVE l.name, l.location", ["ids": ids]),
            ]
        }
        return statements
    }

    private static let places = """
        UNWIND $rows AS row WITH row WHERE row.from IS NULL
        MERGE (l:Location {id: row.id})
        SET l.name = row.name, l.location = point({latitude: row.latitude, longitude: row.longitude})
        """

    private static let segments = """
        UNWIND $rows AS row WITH row WHERE row.from IS NOT NULL
        MERGE (a:Location {id: row.from}) MERGE (b:Location {id: row.to})
        WITH row, a, b
        CALL { WITH row, a, b OPTIONAL MATCH (x)-[old:ROUTE_SEGMENT {id: row.id}]->(y) WHERE x <> a OR y <> b DELETE old }
        MERGE (a)-[s:ROUTE_SEGMENT {id: row.id}]->(b)
        SET s.distance = toFloat(row.distance_miles), s.estimated_time = toFloat(row.duration_minutes),
            s.toll_cost = coalesce(toFloat(row.toll_cost), 0.0), s.traffic_level = coalesce(row.traffic_level, 'LOW'),
            s.restrictions = [x IN [
                CASE WHEN row.restrictions.max_height IS NOT NULL THEN 'max_height=' + toString(row.restrictions.max_height) END,
                CASE WHEN row.restrictions.max_weight IS NOT NULL THEN 'max_weight=' + toString(row.restrictions.max_weight) END,
                CASE WHEN row.restrictions.hazmat = false THEN 'hazmat=false' END] WHERE x IS NOT NULL],
            s.closed = coalesce(row.closed, false)
        """
}

/// Where a vehicle left its route: the relation `DEVIATED` from the vehicle to the route, one an episode.
struct DeviationGraph: GraphRows {
    func statements(for rows: ArraySlice<GraphRow>) -> [Neo4jStatement] {
        let texts = rows.compactMap(\.text)
        if texts.isEmpty { return [] }
        return [Neo4jStatement(Self.merge, json: parameters(rows: texts))]
    }

    private static let merge = """
        UNWIND $rows AS row WITH row, row.data AS said
        WHERE row.event_type = 'ROUTE_DEVIATION' AND said.vehicle_id IS NOT NULL AND said.route_id IS NOT NULL
        MERGE (v:Vehicle {id: said.vehicle_id}) MERGE (r:Route {id: said.route_id})
        MERGE (v)-[d:DEVIATED {deviation_id: said.deviation_id}]->(r)
        SET d.state = said.state, d.since = coalesce(datetime(said.since), d.since), d.load_id = said.load_id,
            d.distance_off_miles = coalesce(said.distance_off_miles, d.distance_off_miles),
            d.extra_miles = said.extra_miles, d.estimated_delay = said.estimated_delay, d.at = datetime(row.timestamp)
        """
}
