internal import PostgresClient
internal import ReadModel
internal import StreamCore

/// The conditions of a query as SQL. Names of tables and columns are the collection's own; what a caller says stands in parameters alone.
struct PageQuestion: Hashable, Sendable {
    /// The table, and the conditions that all have to hold.
    private let source: String
    private let texts: [[String]]

    /// The conditions of a query, its window and order left out.
    init(_ query: EntityQuery) {
        var writer = ConditionWriter(collection: query.collection)
        let conditions = query.conditions.compactMap { writer.sql($0) }
        let filter = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
        source = "\(query.collection.rawValue)\(filter)"
        texts = writer.parameters
    }

    /// The parameters: each an array of texts.
    var values: [PostgresValue] {
        texts.map { texts in
            var column = PostgresColumn(.text)
            for text in texts { column.append(text) }
            return PostgresValue(column)
        }
    }

    /// How many there are.
    var total: String { "SELECT count(*) FROM \(source)" }

    /// A page of them.
    func page(_ query: EntityQuery) -> String {
        let order = query.order.map { "\(Self.key($0.column)) \($0.isDescending ? "DESC" : "ASC") NULLS LAST" } + ["created_at DESC", "id"]
        return "SELECT document FROM \(source) ORDER BY \(order.joined(separator: ", ")) LIMIT \(query.limit) OFFSET \(query.offset)"
    }

    /// What a column is sorted by: texts by their bytes, names by theirs.
    private static func key(_ column: Column) -> String {
        switch column.kind {
        case .text: "\(column.name) COLLATE \"C\""
        case .name: "\(column.name)::text COLLATE \"C\""
        case .id, .number, .instant, .place: column.name
        }
    }
}

/// Writes conditions and gathers their parameters.
private struct ConditionWriter {
    let collection: Collection
    var parameters: [[String]] = []

    /// The condition; `nil` for one that everything meets.
    mutating func sql(_ condition: EntityQuery.Condition) -> String? {
        switch condition {
        case .oneOf(let column, let texts) where column.kind == .name: names(column.name, texts)
        case .oneOf(let column, let texts) where texts.count == 1: "\(column.name) = \(one(texts[0]))::\(type(of: column))"
        case .oneOf(let column, let texts): "\(column.name) = ANY (\(list(texts))::\(type(of: column))[])"
        case .available(true): "status = 'AVAILABLE' AND current_load_id IS NULL"
        case .available(false): "NOT (status = 'AVAILABLE' AND current_load_id IS NULL)"
        case .numbers(let column, let least, let most):
            range(column.name, from: least.map { "\($0)" }, to: most.map { "\($0)" }, as: "float8")
        case .instants(let columns, let from, let until):
            any(columns.map { range($0.name, from: from?.rfc3339, to: until?.rfc3339, as: "timestamptz") })
        case .near(let columns, let latitude, let longitude, let miles):
            any(columns.map { near($0.name, latitude, longitude, miles) })
        case .words(let text):
            EntityQuery.words(of: text).isEmpty
                ? nil
                : "search @@ to_tsquery('simple', \(one(EntityQuery.words(of: text).map { "'\($0)':*" }.joined(separator: " & "))))"
        }
    }

    /// A range; one without ends is met by whatever has the member.
    private mutating func range(_ name: String, from least: String?, to most: String?, as type: String) -> String {
        let parts = [least.map { "\(name) >= \(one($0))::\(type)" }, most.map { "\(name) <= \(one($0))::\(type)" }].compactMap { $0 }
        return parts.isEmpty ? "\(name) IS NOT NULL" : parts.joined(separator: " AND ")
    }

    private mutating func near(_ name: String, _ latitude: Double, _ longitude: Double, _ miles: Double) -> String {
        let point = "ST_SetSRID(ST_MakePoint(\(one("\(longitude)"))::float8, \(one("\(latitude)"))::float8), 4326)::geography"
        return "ST_DWithin(\(name), \(point), \(one("\(miles * 1_609.344)"))::float8)"
    }

    private func any(_ conditions: [String]) -> String {
        conditions.isEmpty ? "false" : "(\(conditions.map { "(\($0))" }.joined(separator: " OR ")))"
    }

    private mutating func list(_ texts: [String]) -> String {
        parameters.append(texts)
        return "$\(parameters.count)::text[]"
    }

    private mutating func one(_ text: String) -> String { "(\(list([text])))[1]" }

    /// Names of an enumeration's values stand in the statement itself: the planner then knows how rare each is. What is no name is nobody's.
    private func names(_ column: String, _ texts: [String]) -> String {
        let names = texts.filter { $0.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_") } }
        return switch names.count {
        case 0: "false"
        case 1: "\(column) = '\(names[0])'"
        default: "\(column) IN (\(names.map { "'\($0)'" }.joined(separator: ", ")))"
        }
    }

    /// The type that texts of a column are read as.
    private func type(of column: Column) -> String { column.kind == .id ? "uuid" : "text" }
}
