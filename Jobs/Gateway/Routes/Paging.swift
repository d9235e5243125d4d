internal import Freight
internal import ReadModel
internal import StreamCore

/// How lists are asked for and answered, all of them alike.
enum Paging {
    /// What every list takes.
    static let window: [Parameter] = [
        Parameter("limit", .integer(1...500), "How many at the most; 50 unless said."),
        Parameter("offset", .integer(0...1_000_000_000), "After how many to begin."),
    ]

    static func parameters(_ collection: Collection) -> [Parameter] {
        [Parameter("sort", .sort(collection.columns.filter(\.isSortable).map(\.name)), "What to sort by; the newest first unless said.")]
            + window
    }

    static func limit(_ query: Arguments) -> Int { query.whole("limit") ?? 50 }
    static func offset(_ query: Arguments) -> Int { query.whole("offset") ?? 0 }

    static func query(_ collection: Collection, _ query: Arguments, _ conditions: [EntityQuery.Condition]) -> EntityQuery {
        let order = (query.texts("sort") ?? []).compactMap { text in
            collection[String(text.hasPrefix("-") ? text.dropFirst() : text[...])].map {
                EntityQuery.Order($0, descending: text.hasPrefix("-"))
            }
        }
        return EntityQuery(collection, conditions, order: order, limit: limit(query), offset: offset(query))
    }

    /// A page as text.
    static func text(_ items: [[UInt8]], named name: String, _ total: Int, _ limit: Int, _ offset: Int) -> [UInt8] {
        var text = Array("{\"\(name)\":[".utf8)
        text.reserveCapacity(items.reduce(100) { $0 + $1.count + 1 })
        for (index, item) in items.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += item
        }
        text += "],\"total\":\(total),\"limit\":\(limit),\"offset\":\(offset),\"has_more\":\(offset + items.count < total)}".utf8
        return text
    }
}

/// The filters that lists have in common, and what each means.
enum Filters {
    /// Texts of a column, any of them.
    static func texts(_ query: Arguments, _ collection: Collection, _ names: [String]) -> [EntityQuery.Condition] {
        names.compactMap { name in
            guard let column = collection[name], let texts = query.texts(name) else { return nil }
            return .oneOf(column, texts)
        }
    }

    static func near(_ query: Arguments, _ collection: Collection) -> [EntityQuery.Condition] {
        guard let place = query.place("near") else { return [] }
        return [.near(collection.places, latitude: place.latitude, longitude: place.longitude, miles: query.number("radius") ?? 50)]
    }

    static func atLeast(_ query: Arguments, _ name: String, _ collection: Collection, _ column: String) -> [EntityQuery.Condition] {
        guard let least = query.number(name), let column = collection[column] else { return [] }
        return [.numbers(column, atLeast: least, atMost: nil)]
    }

    static func words(_ query: Arguments) -> [EntityQuery.Condition] { query.text("q").map { [.words($0)] } ?? [] }

    static let nearby: [Parameter] = [
        Parameter("near", .place, "Around that place: `latitude,longitude` in degrees."),
        Parameter("radius", .number(NumberRange(atLeast: 0, atMost: 12_500)), "Within how many miles of it; 50 unless said."),
    ]
    static let text = Parameter("q", .text, "Every word of it begins a word of what is searched.")
    static let available = Parameter("available", .bool, "Those that can be had, or those that cannot.")
    static func ids(_ name: String, _ meaning: String, aliases: [String] = []) -> Parameter {
        Parameter(name, .several(.uuid), meaning, aliases: aliases)
    }
    static func status<Status: WireEnum>(_: Status.Type, also aliases: [String] = []) -> Parameter {
        Parameter("status", .several(.oneOf(Status.allCases.map(\.rawValue) + aliases)), "Of one of those statuses.")
    }
}
