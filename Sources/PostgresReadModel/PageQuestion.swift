internal import PostgresClient
internal import ReadModel
internal import StreamCore

/// The conditions of a query as SQL. Names of tables and columns are the collection's own; what a caller says stands in parameters alone.
struct PageQuestion: Hashable, Sendable {
    /// The words that are searched for, each a condition, by their place among `words`.
    typealias Words = Set<Int>

    /// How many are counted at the most, where counting means looking at each.
    static let most = 10_000

    private let table: String
    /// The conditions that all have to hold, beside the words.
    private let conditions: [String]
    /// The words that are searched for: what each is looked for as.
    let words: [String]
    /// The statuses that are asked for, where nothing else is; none for all of them.
    private let statuses: [String]?
    private let texts: [[String]]

    /// The conditions of a query, its window and order left out.
    init(_ query: EntityQuery) {
        var writer = ConditionWriter(collection: query.collection)
        table = query.collection.rawValue
        conditions = query.conditions.compactMap { writer.sql($0) }
        words = writer.words
        statuses = words.isEmpty ? Self.statuses(of: query) : nil
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

    /// How many there are, up to one more than `most`; all of them where their statuses say it, which are counted as they change.
    func total(asking rare: Words = []) -> String {
        guard let statuses else { return "SELECT count(*) FROM (SELECT FROM \(source(rare)) LIMIT \(Self.most + 1)) AS found" }
        let these = statuses.isEmpty ? "" : " AND \(ConditionWriter.names("status", statuses))"
        return "SELECT coalesce(sum(entities), 0)::bigint FROM entity_counts WHERE collection = '\(table)'\(these)"
    }

    /// A page of them, and the one after it.
    func page(_ query: EntityQuery, asking rare: Words = []) -> String {
        let order = query.order.map { "\(Self.key($0.column)) \($0.isDescending ? "DESC" : "ASC") NULLS LAST" } + ["created_at DESC", "id"]
        return """
            SELECT document FROM \(source(rare)) ORDER BY \(order.joined(separator: ", ")) LIMIT \(query.limit + 1) OFFSET \(query.offset)
            """
    }

    /// What PostgreSQL expects to find of a word, as a plan.
    func expectation(of word: String) -> (sql: String, values: [PostgresValue]) {
        ("EXPLAIN SELECT FROM \(table) WHERE search @@ to_tsquery('simple', $1)", [PostgresValue(word)])
    }

    /// The table under its conditions. An index is asked for the `rare` words; the others are held against what is found otherwise, since the
    /// index would gather all rows that have them first.
    private func source(_ rare: Words) -> String {
        let searched = words.indices.map { index in
            let match = "search @@ to_tsquery('simple', ($\(texts.count - words.count + index + 1)::text[])[1])"
            return rare.contains(index) ? match : "(\(match)) IS TRUE"
        }
        let all = conditions + searched
        return all.isEmpty ? table : "\(table) WHERE \(all.joined(separator: " AND "))"
    }

    /// The statuses that a query asks for and nothing else; `nil` where it asks for something else.
    private static func statuses(of query: EntityQuery) -> [String]? {
        switch query.conditions.count {
        case 0: return []
        case 1:
            guard case .oneOf(let column, let texts) = query.conditions[0], column.name == "status", !texts.isEmpty else { return nil }
            return texts
        default: return nil
        }
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
struct ConditionWriter {
    let collection: Collection
    private var given: [[String]] = []
    /// Words that are searched for, with what each is looked for as; their parameters are the last.
    private(set) var words: [String] = []

    init(collection: Collection) { self.collection = collection }

    /// The parameters: those of conditions, then one for each word.
    var parameters: [[String]] { given + words.map { [$0] } }

    /// The condition; `nil` for one that everything meets.
    mutating func sql(_ condition: EntityQuery.Condition) -> String? {
        switch condition {
        case .oneOf(let column, let texts) where column.kind == .name: Self.names(column.name, texts)
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
        case .words(let text): search(EntityQuery.words(of: text))
        }
    }

    /// Words are conditions of their own, since each may be looked for in its own way.
    private mutating func search(_ found: [String]) -> String? {
        words += found.map { "'\($0)':*" }
        return nil
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
        given.append(texts)
        return "$\(given.count)::text[]"
    }

    private mutating func one(_ text: String) -> String { "(\(list([text])))[1]" }

    /// Names of an enumeration's values stand in the statement itself: the planner then knows how rare each is. What is no name is nobody's.
    static func names(_ column: String, _ texts: [String]) -> String {
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
