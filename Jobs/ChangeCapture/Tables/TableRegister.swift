internal import DebeziumFormat
internal import Pgoutput
internal import PostgresClient
internal import StreamCore

/// The tables of a stream as they are now, each with what writes its records.
struct TableRegister {
    /// A table whose changes are captured.
    struct Table {
        let relation: Relation
        /// The outlet of its records; `nil` for one that nobody asked for.
        let outlet: String?
        let writer: TableWriter
    }

    private let capture: CaptureSettings
    private let format: DebeziumSettings
    private var tables: [UInt32: Table] = [:]
    private var types: [UInt32: CapturedType] = [:]

    init(_ capture: CaptureSettings, _ format: DebeziumSettings) {
        self.capture = capture
        self.format = format
    }

    subscript(id: UInt32) -> Table? { tables[id] }

    /// Takes a table's description from the stream, and what that leaves out from the catalog. The catalog may be ahead of the stream:
    /// which columns there are, and of which types, the stream says.
    mutating func take(_ relation: Relation, _ catalog: Catalog) throws(PostgresFailure) {
        let entry = try catalog.entry(relation.id)
        let own = CaptureSettings.Table(schema: relation.schema, name: relation.name)
        let outlet = [own, entry?.root].compactMap { $0 }.first { capture.tables.contains($0) }?.outlet
        var columns: [CapturedColumn] = []
        for column in relation.columns {
            let known = entry?.columns.first { $0.name == column.name }
            columns.append(
                CapturedColumn(
                    column.name, try type(column.type, catalog), modifier: column.modifier, isRequired: known?.isRequired ?? false,
                    default: known?.initial))
        }
        let table = CapturedTable(
            schema: relation.schema, name: relation.name, columns: columns, key: TableRegister.key(of: relation, entry))
        tables[relation.id] = Table(relation: relation, outlet: outlet, writer: TableWriter(table, format))
    }

    private mutating func type(_ id: UInt32, _ catalog: Catalog) throws(PostgresFailure) -> CapturedType {
        if let known = types[id] { return known }
        let type = try catalog.type(id)
        // An enumeration may get another label.
        if case .named = type { types[id] = type }
        return type
    }

    /// The primary key; where old rows carry the columns of an index alone, and not that key, those columns.
    private static func key(of relation: Relation, _ entry: Catalog.Entry?) -> [Int] {
        let key = (entry?.key ?? []).compactMap { name in relation.columns.firstIndex { $0.name == name } }
        let identity = relation.columns.indices.filter { relation.columns[$0].isIdentity }
        let isCovered = !key.isEmpty && key.count == entry?.key.count && key.allSatisfy { identity.contains($0) }
        if isCovered || identity.isEmpty || relation.identity == .full { return key }
        return identity
    }
}
