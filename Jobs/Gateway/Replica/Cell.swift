internal import Freight
internal import Geodesy
internal import ReadModel
internal import StreamCore
internal import Wire

/// The value of one column of one entity, as queries compare it.
enum Cell: Sendable {
    case none
    case id(EntityID)
    case text(String)
    case number(Double)
    case instant(EventTime)
    case place(GeoPoint)

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var instant: EventTime? { if case .instant(let instant) = self { instant } else { nil } }
    var place: GeoPoint? { if case .place(let place) = self { place } else { nil } }
    var id: EntityID? { if case .id(let id) = self { id } else { nil } }
    var isNone: Bool { if case .none = self { true } else { false } }

    /// Whether it stands as that text on the wire.
    func reads(_ wanted: String) -> Bool {
        switch self {
        case .id(let id): id == EntityID(wanted)
        case .text(let text): text == wanted
        default: false
        }
    }
}

/// Reads the columns of a collection's snapshots. One a thread.
struct RowReader {
    private let columns: [Column]
    private let projection: JSONProjection
    private let parser = JSONParser()
    private let version: Int
    /// The first of the paths of what a vehicle's loads say of where it is; nil for others.
    private let sighting: Int?

    init(_ collection: Collection) {
        columns = collection.columns
        // A place takes two paths: its degrees.
        var paths: [[String]] = []
        for column in columns {
            paths += column.kind == .place ? [[column.name, "latitude"], [column.name, "longitude"]] : [[column.name]]
        }
        version = paths.count
        paths.append(["version"])
        sighting = collection == .vehicles ? paths.count : nil
        if sighting != nil { paths += [["current_location"], ["located_at"], ["speed"], ["heading"]] }
        projection = JSONProjection(paths: paths)
    }

    /// An entity as its snapshot shows it.
    func read(_ text: UnsafeRawBufferPointer) throws(DecodeFailure) -> Replica.Entry {
        try unsafe parser.project(projection, text) { fields throws(DecodeFailure) in
            var cells: [Cell] = []
            cells.reserveCapacity(columns.count)
            var path = 0
            for column in columns {
                cells.append(cell(column.kind, path, fields))
                path += column.kind == .place ? 2 : 1
            }
            return unsafe Replica.Entry(
                text: Array(text), version: fields.integer(version).map { Int($0) } ?? 0, cells: cells,
                sighting: sighting.map { RowReader.sighting($0, fields) } ?? [])
        }
    }

    private static func sighting(_ path: Int, _ fields: borrowing JSONFields) -> [UInt8] {
        let place = unsafe fields.withText(path) { unsafe Array($0) } ?? .null
        var summary = Detail(Array("{}".utf8), room: place.count + 96)
        summary.add("current_location", place)
        summary.add("located_at", fields.string(path + 1).map { JSON.string($0).compact } ?? .null)
        summary.add("speed", fields.number(path + 2).map { JSON.number($0).compact } ?? .null)
        summary.add("heading", fields.number(path + 3).map { JSON.number($0).compact } ?? .null)
        return summary.closed()
    }

    private func cell(_ kind: Column.Kind, _ path: Int, _ fields: borrowing JSONFields) -> Cell {
        switch kind {
        case .id: unsafe fields.withString(path) { .id(unsafe EntityID(utf8: $0)) } ?? .none
        case .text, .name: fields.string(path).map { .text($0) } ?? .none
        case .number: fields.number(path).map { .number($0) } ?? .none
        case .instant: unsafe fields.withString(path) { unsafe EventTime(rfc3339: $0).map { .instant($0) } ?? .none } ?? .none
        case .place:
            if let latitude = fields.number(path), let longitude = fields.number(path + 1) {
                .place(GeoPoint(latitude: latitude, longitude: longitude))
            } else {
                .none
            }
        }
    }
}
