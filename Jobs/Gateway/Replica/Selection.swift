internal import Freight
internal import Geodesy
internal import ReadModel
internal import StreamCore

/// A query made ready to be held against one entity after another.
struct Selection {
    private let tests: [(Replica.Entry) -> Bool]
    private let order: [(index: Int, isDescending: Bool)]
    private let createdAt: Int?

    init(_ query: EntityQuery) {
        let columns = query.collection.columns
        func index(_ column: Column) -> Int? { columns.firstIndex(of: column) }
        tests = query.conditions.map { Selection.test($0, query.collection) }
        order = query.order.compactMap { order in index(order.column).map { ($0, order.isDescending) } }
        createdAt = columns.firstIndex { $0.name == "created_at" }
    }

    /// Whether it meets all conditions.
    func includes(_ entry: Replica.Entry) -> Bool { tests.allSatisfy { $0(entry) } }

    /// Whether one comes before another.
    func comes(_ a: (id: EntityID, entry: Replica.Entry), before b: (id: EntityID, entry: Replica.Entry)) -> Bool {
        for (index, isDescending) in order {
            if let first = Selection.precedes(a.entry.cells[index], b.entry.cells[index], isDescending) { return first }
        }
        if let createdAt, let first = Selection.precedes(a.entry.cells[createdAt], b.entry.cells[createdAt], true) { return first }
        return a.id < b.id
    }

    /// nil where neither comes first.
    private static func precedes(_ a: Cell, _ b: Cell, _ isDescending: Bool) -> Bool? {
        func ordered<Value: Comparable>(_ a: Value, _ b: Value) -> Bool? { a == b ? nil : (a < b) != isDescending }
        switch (a, b) {
        case (.none, .none): return nil
        case (.none, _): return false
        case (_, .none): return true
        case (.number(let a), .number(let b)): return ordered(a, b)
        case (.instant(let a), .instant(let b)): return ordered(a, b)
        case (.id(let a), .id(let b)): return ordered(a, b)
        case (.text(let a), .text(let b)):
            return a.utf8.elementsEqual(b.utf8) ? nil : a.utf8.lexicographicallyPrecedes(b.utf8) != isDescending
        default: return nil
        }
    }

    private static func test(_ condition: EntityQuery.Condition, _ collection: Collection) -> (Replica.Entry) -> Bool {
        let columns = collection.columns
        func indices(_ wanted: [Column]) -> [Int] { wanted.compactMap { columns.firstIndex(of: $0) } }
        switch condition {
        case .oneOf(let column, let texts):
            let index = indices([column])
            return { entry in index.contains { index in texts.contains { entry.cells[index].reads($0) } } }
        case .available(let wanted):
            guard let status = columns.firstIndex(where: { $0.name == "status" }),
                let load = columns.firstIndex(where: { $0.name == "current_load_id" })
            else { return { _ in false } }
            return { entry in (entry.cells[status].text == "AVAILABLE" && entry.cells[load].isNone) == wanted }
        case .numbers(let column, let least, let most):
            let index = indices([column])
            return { entry in
                index.contains { entry.cells[$0].number.map { $0 >= least ?? -.infinity && $0 <= most ?? .infinity } ?? false }
            }
        case .instants(let wanted, let from, let until):
            let index = indices(wanted)
            return { entry in
                index.contains { entry.cells[$0].instant.map { $0 >= from ?? .distantPast && $0 <= until ?? .distantFuture } ?? false }
            }
        case .near(let wanted, let latitude, let longitude, let miles):
            let index = indices(wanted)
            let (centre, radius) = (GeoPoint(latitude: latitude, longitude: longitude), miles * Earth.metersPerMile)
            return { entry in index.contains { entry.cells[$0].place.map { $0.distance(to: centre) <= radius } ?? false } }
        case .words(let text):
            let (index, wanted) = (indices(collection.searched), EntityQuery.words(of: text))
            return { entry in
                let words = index.flatMap { entry.cells[$0].text.map(EntityQuery.words) ?? [] }
                return wanted.allSatisfy { wanted in words.contains { $0.hasPrefix(wanted) } }
            }
        }
    }
}
