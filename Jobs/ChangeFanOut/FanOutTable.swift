internal import Freight
internal import StreamCore
internal import Wire

/// What of a table's rows may be changed in SQL, and which command says so.
///
/// Our own sink keeps the snapshot that a row was written from beside it, in `document`. A column that says something else than that was
/// changed by somebody; a row that the sink wrote has none. So nothing that the sink writes comes back, whoever captured it.
struct FanOutTable: Sendable {
    /// The table's name.
    let name: String
    /// What its rows are.
    let type: EntityType
    /// The columns that an update may change, each of the member of its name.
    let columns: [String]
    /// The form of those of them whose text is another than the snapshot's.
    var forms: [String: ColumnValue.Form] = [:]
    /// The columns that come with where a thing is, `current_location`; empty for one that is nowhere.
    var seen: [String] = []

    /// What no command changes: a row that says otherwise is put back.
    private static let kept = ["version", "created_at", "updated_at"]

    /// All tables of entities.
    static let all = [
        FanOutTable(
            name: "loads", type: .load,
            columns: [
                "shipper_id", "consignee_id", "customer_id", "pickup_address", "delivery_address", "commodity_type", "weight", "volume",
                "rate",
                "pickup_datetime", "delivery_datetime", "special_requirements", "metadata", "pickup_location", "delivery_location",
            ], forms: ["rate": .money, "pickup_location": .place, "delivery_location": .place]),
        FanOutTable(
            name: "vehicles", type: .vehicle,
            columns: [
                "carrier_id", "vehicle_number", "make", "model", "vin", "license_plate", "capacity_weight", "capacity_volume",
                "vehicle_type",
                "year", "dimensions", "hazmat_certified", "metadata",
            ], seen: ["current_location", "speed", "heading", "fuel_level", "odometer", "engine_hours"]),
        FanOutTable(
            name: "drivers", type: .driver,
            columns: [
                "carrier_id", "name", "license_number", "license_class", "license_expiry", "phone", "email", "ruleset", "cycle", "timezone",
                "day_start", "metadata",
            ], seen: ["current_location"]),
        FanOutTable(
            name: "carriers", type: .carrier,
            columns: [
                "name", "mc_number", "dot_number", "contact_info", "capacity", "ruleset", "cycle", "timezone", "day_start", "status",
                "metadata",
            ]),
        FanOutTable(
            name: "routes", type: .route,
            columns: [
                "load_id", "vehicle_id", "driver_id", "carrier_id", "strategy", "origin", "destination", "waypoints", "path", "legs",
                "geometry", "distance_miles", "duration_minutes", "toll_cost", "cost", "schedule", "departure_at", "avoid", "vehicle",
                "optimize_order", "metadata",
            ],
            forms: ["toll_cost": .money, "cost": .money, "geometry": .line, "origin": .document, "destination": .document]),
    ]

    /// The commands that a change asks for, in order; none where nobody but us made it, or nothing of the row is another.
    func commands(for change: RowChange) -> [Command] {
        // What was there before is known: the tables are the log's own.
        if change.isOwn || change.operation == "r" { return [] }
        guard let row = change.row else {
            guard let id = change.before?["id"]?.string else { return [] }
            return [command(.delete, id, change, .object([]))]
        }
        guard let id = row["id"]?.string else { return [] }
        let document = (row["document"]?.string).flatMap { try? JSON(parsing: $0) } ?? .object([])
        let members = changed(columns, row, document)
        if document["id"] == nil { return [command(.create, id, change, .object(members))] }
        var commands: [Command] = []
        if !members.isEmpty { commands.append(command(.update, id, change, .object(members))) }
        if let body = fix(row, document) { commands.append(command(.location, id, change, body)) }
        if let body = assignment(row, document) {
            commands.append(command(.assign, id, change, body))
        } else if let status = row["status"]?.string, !columns.contains("status"), status != document["status"]?.string {
            commands.append(
                command(.status, id, change, .object(["status": .string(status), "reason": "changed in the database"])))
        }
        // Its owner says how it is, and so the row is put back.
        if commands.isEmpty, !changed(FanOutTable.kept, row, document).isEmpty { commands = [command(.update, id, change, .object([]))] }
        return commands
    }

    /// The members that a row has otherwise than its snapshot.
    private func changed(_ names: [String], _ row: JSON, _ document: JSON) -> [JSON.Member] {
        names.compactMap { name in
            guard let value = row[name], !FanOutTable.isUnavailable(value) else { return nil }
            let form = forms[name] ?? .plain
            let (said, before) = (ColumnValue(value, as: form), ColumnValue(document[name] ?? .null, as: form))
            return said == before ? nil : JSON.Member(name, said.json)
        }
    }

    /// Where somebody says that a thing is.
    private func fix(_ row: JSON, _ document: JSON) -> JSON? {
        guard let place = seen.first, let value = row[place], !FanOutTable.isUnavailable(value) else { return nil }
        let here = ColumnValue(value, as: .place)
        let more = changed(Array(seen.dropFirst()), row, document)
        guard let point = here.json.members, !more.isEmpty || here != ColumnValue(document[place] ?? .null, as: .place) else { return nil }
        return .object(point + more)
    }

    /// Whom somebody gives a load to.
    private func assignment(_ row: JSON, _ document: JSON) -> JSON? {
        let parties = ["carrier_id", "vehicle_id", "driver_id"]
        guard type == .load, row["status"]?.string == "ASSIGNED", document["status"]?.string == "CREATED" else { return nil }
        let members = parties.compactMap { name in (row[name]?.string).map { JSON.Member(name, .string($0)) } }
        return members.count == parties.count ? .object(members) : nil
    }

    private func command(_ type: CommandType, _ id: String, _ change: RowChange, _ body: JSON) -> Command {
        Command(
            id: .version7(at: change.time, Entropy(of: Array("\(change.place) \(type.rawValue)".utf8))), type: type,
            mode: type == .update ? .patch : nil, entityType: self.type, entityID: EntityID(id), time: change.time, source: "cdc",
            correlationID: id, body: body)
    }

    private static func isUnavailable(_ value: JSON) -> Bool { value.string == "__debezium_unavailable_value" }
}
