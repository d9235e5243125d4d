internal import StreamCore
internal import Wire

/// One way of passing a table's changes on, as the topology says it in a line:
/// ```
/// loads to delivered where status = DELIVERED take id, status as state, shipper_id masked key id
/// ```
/// Without `take` all columns go, without `where` all rows, without `key` the table's own key column `id` keys. A row that is gone, or no
/// longer fulfils the conditions, leaves a record without a value under its key.
struct FanOutRule: Hashable, Sendable {
    /// A column that is passed on.
    struct Column: Hashable, Sendable {
        let name: String
        var label: String
        var isMasked = false
    }

    /// What a row must fulfil.
    struct Condition: Hashable, Sendable {
        let column: String
        let isEqual: Bool
        /// The text of the value; `null` for none.
        let value: String
    }

    let table: String
    private(set) var outlet = ""
    private(set) var conditions: [Condition] = []
    private(set) var columns: [Column] = []
    private(set) var key = "id"

    private static let clauses: Set<String> = ["to", "where", "take", "key"]

    /// Reads a rule.
    init(_ text: String) throws(DecodeFailure) {
        var words = text.replacing(",", with: " , ").split(separator: " ").map { String($0) }[...]
        guard let table = words.popFirst(), !FanOutRule.clauses.contains(table) else { throw DecodeFailure("a rule begins with its table") }
        self.table = table
        while let clause = words.popFirst() {
            let end = words.firstIndex { FanOutRule.clauses.contains($0) } ?? words.endIndex
            let body = Array(words[..<end])
            words = words[end...]
            switch clause {
            case "to" where body.count == 1: outlet = body[0]
            case "key" where body.count == 1: key = body[0]
            case "where": conditions = try FanOutRule.conditions(body)
            case "take": columns = try body.split(separator: ",").map { part throws(DecodeFailure) in try FanOutRule.column(Array(part)) }
            default: throw DecodeFailure("`\(clause)` is not followed as it should be; a rule is TABLE to OUTLET where … take … key COLUMN")
            }
        }
        if outlet.isEmpty { throw DecodeFailure("a rule without `to OUTLET`") }
    }

    private static func conditions(_ words: [String]) throws(DecodeFailure) -> [Condition] {
        try words.split(separator: "and").map { part throws(DecodeFailure) in
            let part = Array(part)
            guard part.count == 3, part[1] == "=" || part[1] == "!=" else {
                throw DecodeFailure("a condition is COLUMN = VALUE or COLUMN != VALUE, several with `and`")
            }
            return Condition(column: part[0], isEqual: part[1] == "=", value: part[2])
        }
    }

    private static func column(_ words: [String]) throws(DecodeFailure) -> Column {
        switch (words.count, words.count > 1 ? words[1] : "") {
        case (1, _): return Column(name: words[0], label: words[0])
        case (2, "masked"): return Column(name: words[0], label: words[0], isMasked: true)
        case (3, "as"): return Column(name: words[0], label: words[2])
        case (4, "as") where words[3] == "masked": return Column(name: words[0], label: words[2], isMasked: true)
        default: throw DecodeFailure("a column is NAME, NAME as LABEL, and `masked` behind either")
        }
    }

    /// The record that a change becomes; `nil` where it has nothing to say.
    func applied(to change: RowChange) -> Record? {
        guard let known = change.row ?? change.before, let keyed = known[key], keyed != .null else { return nil }
        let key = Array(FanOutRule.text(keyed).utf8)
        guard let row = change.row, fulfils(row) else {
            // A row that is created outside of the conditions was never told of.
            return change.operation == "c" || change.operation == "r" ? nil : Record(key: key, value: nil, time: change.time)
        }
        return Record(key: key, value: reshaped(row).compact, time: change.time)
    }

    private func fulfils(_ row: JSON) -> Bool {
        conditions.allSatisfy { condition in (FanOutRule.text(row[condition.column] ?? .null) == condition.value) == condition.isEqual }
    }

    private func reshaped(_ row: JSON) -> JSON {
        if columns.isEmpty { return row }
        return .object(
            columns.map { column in
                let value = row[column.name] ?? .null
                return JSON.Member(column.label, column.isMasked && value != .null ? "***" : value)
            })
    }

    private static func text(_ value: JSON) -> String { value.string ?? value.description }
}
