internal import Neo4jClient

/// The graph of the business: its nodes, its relations, its constraints and indexes.
extension GraphTable {
    /// What is made before anything is written; each stands alone.
    static let schema =
        ["Location", "Carrier", "Vehicle", "Driver", "Load", "Route", "Stop"].map {
            "CREATE CONSTRAINT \($0.lowercased())_id IF NOT EXISTS FOR (n:\($0)) REQUIRE n.id IS UNIQUE"
        } + [
            "CREATE CONSTRAINT segment_id IF NOT EXISTS FOR ()-[s:ROUTE_SEGMENT]-() REQUIRE s.id IS UNIQUE",
            "CREATE INDEX load_status IF NOT EXISTS FOR (n:Load) ON (n.status)",
            "CREATE INDEX load_number IF NOT EXISTS FOR (n:Load) ON (n.load_number)",
            "CREATE INDEX vehicle_status IF NOT EXISTS FOR (n:Vehicle) ON (n.status)",
            "CREATE INDEX driver_status IF NOT EXISTS FOR (n:Driver) ON (n.status)",
            "CREATE INDEX route_status IF NOT EXISTS FOR (n:Route) ON (n.status)",
            "CREATE INDEX segment_traffic IF NOT EXISTS FOR ()-[s:ROUTE_SEGMENT]-() ON (s.traffic_level)",
            "CREATE POINT INDEX location_place IF NOT EXISTS FOR (n:Location) ON (n.location)",
            "CREATE POINT INDEX vehicle_place IF NOT EXISTS FOR (n:Vehicle) ON (n.location)",
            "CREATE POINT INDEX stop_place IF NOT EXISTS FOR (n:Stop) ON (n.location)",
        ]

    /// The tables of entities.
    static let all = [carriers, vehicles, drivers, loads, routes]

    static let carriers = GraphTable(
        label: "Carrier", inlet: "carriers", properties: plain("name", "status", "mc_number", "dot_number") + kept, stale: [],
        relations: [])

    static let vehicles = GraphTable(
        label: "Vehicle", inlet: "vehicles",
        properties: plain(
            "vehicle_number", "vehicle_type", "make", "model", "year", "vin", "status", "capacity_weight", "capacity_volume",
            "hazmat_certified") + [("location", point("row.current_location"))] + kept,
        stale: ["(n)-[r:OWNED_BY]->()"], relations: [owned])

    static let drivers = GraphTable(
        label: "Driver", inlet: "drivers",
        properties: plain("name", "license_number", "license_class", "status") + [("location", point("row.current_location"))] + kept,
        stale: ["(n)-[r:OWNED_BY]->()"], relations: [owned])

    static let loads = GraphTable(
        label: "Load", inlet: "loads",
        properties: plain("load_number", "status", "customer_id", "weight", "volume", "rate", "commodity_type")
            + times("pickup_datetime", "delivery_datetime", "delivered_at", "eta") + kept,
        stale: ["(n)<-[:TRANSPORTS]-(:Vehicle)<-[r:DRIVES {load_id: n.id}]-()", "(n)-[r:ASSIGNED_TO]->()", "()-[r:TRANSPORTS]->(n)"],
        relations: [
            stop("FROM", "pickup"), stop("TO", "delivery"),
            related("carrier_id", "MERGE (c:Carrier {id: value}) MERGE (n)-[:ASSIGNED_TO]->(c)"),
            // Who drives what, and what carries it, holds while the load is on the way.
            related("vehicle_id", "MERGE (v:Vehicle {id: value}) MERGE (v)-[:TRANSPORTS]->(n)", while: underWay),
            related(
                "driver_id",
                "MERGE (d:Driver {id: value}) MERGE (v:Vehicle {id: row.vehicle_id}) MERGE (d)-[:DRIVES {load_id: n.id}]->(v)",
                while: "\(underWay) AND row.vehicle_id IS NOT NULL"),
        ])

    static let routes = GraphTable(
        label: "Route", inlet: "routes",
        properties: plain("status", "strategy", "distance_miles", "duration_minutes", "toll_cost", "cost") + times("departure_at") + kept,
        stale: ["()-[r:FOLLOWS]->(n)"],
        relations: [
            place("FROM", "origin"), point("FROM", "origin"), place("TO", "destination"), point("TO", "destination"),
            related("load_id", "MERGE (l:Load {id: value}) MERGE (l)-[:FOLLOWS]->(n)"),
        ])

    private static let underWay = "NOT row.status IN ['DELIVERED', 'CANCELLED']"
    private static let kept = times("created_at", "updated_at") + plain("version")
    private static let owned = related("carrier_id", "MERGE (c:Carrier {id: value}) MERGE (n)-[:OWNED_BY]->(c)")

    private static func plain(_ names: String...) -> [(name: String, value: String)] { names.map { ($0, "row.\($0)") } }
    private static func times(_ names: String...) -> [(name: String, value: String)] { names.map { ($0, "datetime(row.\($0))") } }

    private static func point(_ member: String) -> String {
        "CASE WHEN \(member) IS NULL THEN null ELSE point({latitude: \(member).latitude, longitude: \(member).longitude}) END"
    }

    /// What is merged where a member names another thing.
    private static func related(_ member: String, _ merged: String, while condition: String = "true") -> String {
        "WITH n, row, row.\(member) AS value WHERE value IS NOT NULL AND \(condition) \(merged)"
    }

    /// One of the two places of a load: a node of its own.
    private static func stop(_ relation: String, _ name: String) -> String {
        """
        WITH n, row WHERE row.\(name)_location IS NOT NULL MERGE (s:Stop {id: n.id + '/\(name)'})
        SET s.kind = '\(name.uppercased())', s.location = \(point("row.\(name)_location")), s.address = row.\(name)_address,
            s.at = datetime(row.\(name)_datetime)
        MERGE (n)-[:\(relation)]->(s)
        """
    }

    /// An end of a route that is a place of the network.
    private static func place(_ relation: String, _ member: String) -> String {
        """
        WITH n, row, row.\(member) AS place WHERE place IS :: STRING NOT NULL
        MERGE (l:Location {id: place}) MERGE (n)-[:\(relation)]->(l)
        """
    }

    /// An end of a route that is a point: a stop of its own.
    private static func point(_ relation: String, _ member: String) -> String {
        """
        WITH n, row, row.\(member) AS place WHERE place IS :: MAP NOT NULL MERGE (s:Stop {id: n.id + '/\(member)'})
        SET s.kind = '\(member.uppercased())', s.location = \(point("place")) MERGE (n)-[:\(relation)]->(s)
        """
    }
}
