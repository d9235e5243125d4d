internal import StreamCore

/// One plain audit record, as the contract's section 5 has it.
struct AuditRecord: Sendable {
    let id: String
    let time: EventTime
    private let user: String?
    private let recordID: String
    private let correlation: String
    private let change: Change

    /// What a dispatcher does to a row.
    private struct Change: Sendable {
        let table: String
        let action: String
        let field: String
        let old: String?
        let new: String
    }

    init(id: String, user: String?, time: EventTime, using random: inout SeededGenerator) {
        self.id = id
        self.user = user
        self.time = time
        recordID = random.id(at: time)
        correlation = random.id(at: time)
        change = random.pick(AuditRecord.changes)
    }

    /// The record, delivered at that instant, under its topic's key: the user's id, or else the row's.
    func delivery(at arrival: EventTime) -> SimulatedRecord {
        let value = ObjectWriter.object(capacity: 448) {
            $0.member("id", id)
            $0.member("table_name", change.table)
            $0.member("record_id", recordID)
            $0.member("action", change.action)
            $0.object("changed_data") {
                $0.object(change.field) {
                    $0.nullable("old", change.old)
                    $0.member("new", change.new)
                }
            }
            $0.nullable("user_id", user)
            $0.member("correlation_id", correlation)
            $0.member("created_at", time)
        }
        return SimulatedRecord(
            topic: SimulatedTopic.audit, key: Array((user ?? recordID).utf8), value: value,
            headers: [Header("correlation_id", correlation)], time: time, arrival: arrival)
    }

    private static let changes = [
        Change(table: "loads", action: "CREATE", field: "status", old: nil, new: "CREATED"),
        Change(table: "loads", action: "ASSIGN", field: "status", old: "CREATED", new: "ASSIGNED"),
        Change(table: "loads", action: "STATUS_CHANGE", field: "status", old: "ASSIGNED", new: "PICKED_UP"),
        Change(table: "loads", action: "STATUS_CHANGE", field: "status", old: "IN_TRANSIT", new: "DELIVERED"),
        Change(table: "loads", action: "UPDATE", field: "delivery_address", old: "12 Dock St", new: "\"Gate 4\" – 18 Dock St"),
        Change(table: "loads", action: "UPDATE", field: "commodity_type", old: "Dry goods", new: "Jalapeños"),
        Change(table: "vehicles", action: "STATUS_CHANGE", field: "status", old: "AVAILABLE", new: "MAINTENANCE"),
        Change(table: "vehicles", action: "UPDATE", field: "license_plate", old: "TX 48-2210", new: "TX 48-2211"),
        Change(table: "drivers", action: "UPDATE", field: "phone", old: "+1 555 0100", new: "+1 555 0101"),
        Change(table: "drivers", action: "STATUS_CHANGE", field: "status", old: "OFF_DUTY", new: "AVAILABLE"),
        Change(table: "carriers", action: "UPDATE", field: "name", old: "Acme Freight", new: "Acme Freight\tLLC"),
    ]
}
