extension EntityTable {
    /// The tables of entities.
    static let all = [carriers, vehicles, drivers, loads, routes]

    private static let kept: [Column] = [
        Column("id", "uuid"), Column("metadata", "jsonb"), Column("created_at", "timestamptz"), Column("updated_at", "timestamptz"),
        Column("version", "bigint"),
    ]

    /// A member with latitude and longitude, as a point on the globe.
    private static func point(_ name: String) -> Column {
        Column(
            name, "json",
            as: "ST_SetSRID(ST_MakePoint((new.\(name) ->> 'longitude')::float8, (new.\(name) ->> 'latitude')::float8), 4326)::geography")
    }

    private static func texts(_ names: String...) -> [Column] { names.map { Column($0, "text") } }
    private static func numbers(_ names: String...) -> [Column] { names.map { Column($0, "float8") } }
    private static func ids(_ names: String...) -> [Column] { names.map { Column($0, "uuid") } }
    private static func times(_ names: String...) -> [Column] { names.map { Column($0, "timestamptz") } }

    static let carriers = EntityTable(
        name: "carriers",
        columns: kept + texts("name", "mc_number", "dot_number", "ruleset", "cycle", "timezone", "day_start")
            + [
                Column("contact_info", "jsonb"), Column("status", "carrier_status"), Column("capacity", "jsonb"),
                Column("performance", "jsonb"),
            ])

    static let vehicles = EntityTable(
        name: "vehicles",
        columns: kept + ids("carrier_id", "current_load_id") + texts("vehicle_number", "make", "model", "vin", "license_plate")
            + numbers(
                "capacity_weight", "capacity_volume", "speed", "heading", "fuel_level", "odometer", "engine_hours",
                "next_maintenance_odometer", "next_maintenance_engine_hours")
            + times("located_at", "next_maintenance_due")
            + [
                Column("vehicle_type", "vehicle_type"), Column("year", "int"), Column("dimensions", "jsonb"),
                Column("hazmat_certified", "boolean"), Column("status", "vehicle_status"), point("current_location"),
            ])

    static let drivers = EntityTable(
        name: "drivers",
        columns: kept + ids("carrier_id", "current_load_id")
            + texts(
                "name", "license_number", "license_class", "phone", "email", "special", "exemption", "log_entry_id", "ruleset", "cycle",
                "timezone", "day_start")
            + times("license_expiry", "status_since", "located_at") + [Column("status", "driver_status"), point("current_location")])

    static let loads = EntityTable(
        name: "loads",
        columns: kept + ids("carrier_id", "vehicle_id", "driver_id")
            + texts("load_number", "shipper_id", "consignee_id", "customer_id", "pickup_address", "delivery_address", "commodity_type")
            + numbers("weight", "volume") + times("pickup_datetime", "delivery_datetime", "delivered_at", "eta")
            + [
                Column("rate", "numeric"), Column("status", "load_status"), Column("delayed_from", "load_status"),
                Column("special_requirements", "jsonb"), point("pickup_location"), point("delivery_location"),
                // No member of its own: when the history says that it was picked up, which dashboards add up.
                Column(
                    "picked_up_at", "text",
                    as: """
                        (SELECT (change.entry ->> 'at')::timestamptz
                        FROM json_array_elements(given.text::json -> 'status_history') WITH ORDINALITY AS change (entry, step)
                        WHERE change.entry ->> 'status' = 'PICKED_UP' ORDER BY change.step DESC LIMIT 1)
                        """),
            ],
        consequence: """
            INSERT INTO load_status_history (load_id, step, status, at, by, reason)
            SELECT new.id, change.step, (change.entry ->> 'status')::load_status, (change.entry ->> 'at')::timestamptz,
                change.entry ->> 'by', change.entry ->> 'reason'
            FROM unnest($1::text[]) AS given (text)
                CROSS JOIN LATERAL json_to_record(given.text::json) AS new (id uuid, status_history json)
                CROSS JOIN LATERAL json_array_elements(new.status_history) WITH ORDINALITY AS change (entry, step)
            ON CONFLICT (load_id, step) DO NOTHING
            """)

    static let routes = EntityTable(
        name: "routes",
        columns: kept + ids("load_id", "vehicle_id", "driver_id", "carrier_id") + numbers("distance_miles", "duration_minutes")
            + [
                Column("status", "route_status"), Column("strategy", "route_strategy"), Column("origin", "jsonb"),
                Column("destination", "jsonb"), Column("waypoints", "jsonb"), Column("path", "jsonb"), Column("legs", "jsonb"),
                Column(
                    "geometry", "json",
                    as: "CASE WHEN new.geometry ->> 'type' = 'LineString' THEN ST_GeomFromGeoJSON(new.geometry)::geography END"),
                Column("toll_cost", "numeric"), Column("cost", "numeric"), Column("schedule", "jsonb"),
                Column("departure_at", "timestamptz"), Column("avoid", "jsonb"), Column("vehicle", "jsonb"),
                Column("optimize_order", "boolean"),
            ])
}
