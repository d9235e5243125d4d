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

    /// All tables of entities that people change; routes follow from loads.
    static let all = [
        FanOutTable(
            name: "loads", type: .load,
            columns: [
                "shipper_id", "consignee_id", "customer_id", "pickup_address", "delivery_address", "commodity_type", "weight", "volume",
                "rate",
                "pickup_datetime", "delivery_datetime", "special_requirements", "metadata",
            ]),
        FanOutTable(
            name: "vehicles", type: .vehicle,
            columns: [
                "carrier_id", "vehicle_number", "make", "model", "vin", "license_plate", "capacity_weight", "capacity_volume",
                "vehicle_type",
                "year", "dimensions", "hazmat_certified", "metadata",
            ]),
        FanOutTable(
            name: "drivers", type: .driver,
            columns: [
                "carrier_id", "name", "license_number", "license_class", "license_expiry", "phone", "email", "ruleset", "cycle", "timezone",
                "day_start", "metadata",
            ]),
        FanOutTable(
            name: "carriers", type: .carrier,
            columns: [
                "name", "mc_number", "dot_number", "contact_info", "capacity", "ruleset", "cycle", "timezone", "day_start", "status",
                "metadata",
            ]),
    ]

    /// The command that a change asks for; `nil` where nobody but us made it, or nothing that may be changed is another.
    func command(for change: RowChange) -> Command? {
        // What was there before is known: the tables are the log's own.
        if change.isOwn || change.operation == "r" { return nil }
        guard let row = change.row else {
            guard let id = change.before?["id"]?.string else { return nil }
            return command(.delete, id, change, .object([]))
        }
        guard let id = row["id"]?.string else { return nil }
        let document = (row["document"]?.string).flatMap { try? JSON(parsing: $0) } ?? .object([])
        let isNew = document["id"] == nil
        var members: [JSON.Member] = []
        for column in columns {
            guard let value = row[column], !FanOutTable.isUnavailable(value) else { continue }
            let (said, known) = (ColumnValue(value), ColumnValue(document[column] ?? .null))
            if said != known { members.append(JSON.Member(column, said.json)) }
        }
        if isNew { return command(.create, id, change, .object(members)) }
        if let status = row["status"]?.string, !columns.contains("status"), status != document["status"]?.string {
            return command(.status, id, change, .object(["status": .string(status), "reason": "changed in the database"]))
        }
        return members.isEmpty ? nil : command(.update, id, change, .object(members))
    }

    private func command(_ type: CommandType, _ id: String, _ change: RowChange, _ body: JSON) -> Command {
        Command(
            id: .version7(at: change.time, Entropy(of: Array(change.place.utf8))), type: type, mode: type == .update ? .patch : nil,
            entityType: self.type, entityID: EntityID(id), time: change.time, source: "cdc", correlationID: id, body: body)
    }

    private static func isUnavailable(_ value: JSON) -> Bool { value.string == "__debezium_unavailable_value" }
}
