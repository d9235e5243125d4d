internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

extension Collection {
    /// A column that there is.
    fileprivate func column(_ name: String) throws -> Column {
        guard let column = self[name] else { throw ReadModelMismatch("\(rawValue) has no column \(name)") }
        return column
    }
}

extension ReadModelConformance {
    /// What is found.
    public static let filtering: [ReadModelCase] = [
        ReadModelCase("without conditions everything is found, the newest first, each as its snapshot says it") { subject in
            try subject.fill()
            let page = try subject.model.page(EntityQuery(.loads))
            try subject.expectEqual(page.total, 4, "the total")
            try subject.expectEqual(try page.items.map { try JSON(parsing: $0) }, Fleet.loads.reversed().map(\.json), "what was found")
        },
        ReadModelCase("conditions all hold; of the texts of one any does") { subject in
            try subject.fill()
            let query = EntityQuery(
                .loads,
                [
                    .oneOf(try Collection.loads.column("status"), ["DELIVERED", "CREATED"]),
                    .oneOf(try Collection.loads.column("customer_id"), ["acme"]),
                ])
            try subject.expectEqual(try subject.found(query, "load_number"), ["X-14", "LH-260302-000001"], "what was found")
            let none = EntityQuery(.loads, [.oneOf(try Collection.loads.column("carrier_id"), [Fleet.id(9).description])])
            try subject.expectEqual(try subject.model.page(none), EntityPage(items: [], total: 0), "nobody's")
            let own = EntityQuery(.loads, [.oneOf(try Collection.loads.column("carrier_id"), [Fleet.south.description])])
            try subject.expectEqual(try subject.found(own, "load_number"), ["LH-260302-000003"], "a carrier's")
        },
        ReadModelCase("numbers lie in a range, its ends included; what has none lies in none") { subject in
            try subject.fill()
            let weight = try Collection.loads.column("weight")
            let most = EntityQuery(.loads, [.numbers(weight, atLeast: nil, atMost: 4_000)])
            try subject.expectEqual(try subject.found(most, "load_number"), ["LH-260302-000001"], "up to 4000")
            let least = EntityQuery(.loads, [.numbers(weight, atLeast: 9_000, atMost: nil)])
            try subject.expectEqual(try subject.model.page(least).total, 2, "from 9000")
        },
        ReadModelCase("one of some instants lies in a time, its ends included") { subject in
            try subject.fill()
            let columns = [try Collection.loads.column("pickup_datetime"), try Collection.loads.column("delivery_datetime")]
            let query = EntityQuery(.loads, [.instants(columns, from: Fleet.hours(12), until: Fleet.hours(30))])
            try subject.expectEqual(try subject.found(query, "load_number"), ["X-14", "LH-260302-000001"], "what was found")
        },
        ReadModelCase("near is within so many miles over the ground of one of the places") { subject in
            try subject.fill()
            let places = Collection.loads.places
            func near(_ miles: Double) throws -> [String] {
                try subject.found(
                    EntityQuery(.loads, [.near(places, latitude: 41.8781, longitude: -87.6298, miles: miles)]), "load_number")
            }
            // Milwaukee is some 81 miles from Chicago, Kansas City, where all go, 413.
            try subject.expectEqual(try near(1), ["LH-260302-000001"], "within a mile")
            try subject.expectEqual(try near(78), ["LH-260302-000001"], "within 78 miles")
            try subject.expectEqual(try near(84), ["LH-260302-000002", "LH-260302-000001"], "within 84 miles")
            try subject.expectEqual(try near(500).count, 4, "how many within 500 miles")
            let nowhere = EntityQuery(.vehicles, [.near(Collection.vehicles.places, latitude: 0, longitude: 0, miles: 12_000)])
            try subject.expectEqual(try subject.model.page(nowhere).total, 2, "vehicles that are somewhere")
        },
        ReadModelCase("every word that is asked for begins a word, in any case") { subject in
            try subject.fill()
            func words(_ text: String) throws -> [String] { try subject.found(EntityQuery(.loads, [.words(text)]), "load_number") }
            try subject.expectEqual(try words("lake chi"), ["LH-260302-000001"], "by address")
            try subject.expectEqual(try words("PEAS"), ["LH-260302-000002"], "by commodity")
            try subject.expectEqual(try words("lh-260302 acme"), ["LH-260302-000002", "LH-260302-000001"], "by number and customer")
            try subject.expectEqual(try words("ake"), [], "by the middle of a word")
            try subject.expectEqual(try words("' OR 1=1 --"), [], "by what is no word of any")
        },
        ReadModelCase("available is who has no load and says so") { subject in
            try subject.fill()
            try subject.expectEqual(
                try subject.found(EntityQuery(.vehicles, [.available(true)]), "vehicle_number"), ["T-3", "T-1"], "vehicles")
            try subject.expectEqual(try subject.found(EntityQuery(.drivers, [.available(true)]), "name"), ["Cleo", "Ann"], "drivers")
            try subject.expectEqual(try subject.found(EntityQuery(.drivers, [.available(false)]), "name"), ["Bob"], "drivers that are not")
        },
    ]

    /// In which order, and how much of it.
    public static let sorting: [ReadModelCase] = [
        ReadModelCase("the first column counts most; what has none comes last either way") { subject in
            try subject.fill()
            let (weight, name) = (try Collection.loads.column("weight"), try Collection.loads.column("load_number"))
            let up = EntityQuery(.loads, order: [.init(weight), .init(name, descending: true)])
            try subject.expectEqual(
                try subject.found(up, "load_number"), ["LH-260302-000001", "LH-260302-000003", "LH-260302-000002", "X-14"], "rising")
            let down = EntityQuery(.loads, order: [.init(weight, descending: true), .init(name)])
            try subject.expectEqual(
                try subject.found(down, "load_number"), ["LH-260302-000002", "LH-260302-000003", "LH-260302-000001", "X-14"], "falling")
        },
        ReadModelCase("a page is a window, and the total is of all") { subject in
            try subject.fill()
            let order = [EntityQuery.Order(try Collection.loads.column("created_at"))]
            let page = try subject.model.page(EntityQuery(.loads, order: order, limit: 2, offset: 1))
            try subject.expectEqual(page.total, 4, "the total")
            try subject.expectEqual(
                try page.items.map { try JSON(parsing: $0)["load_number"]?.string }, ["LH-260302-000002", "LH-260302-000003"], "the window")
            try subject.expectEqual(
                try subject.model.page(EntityQuery(.loads, limit: 5, offset: 10)), EntityPage(items: [], total: 4), "beyond the end")
        },
    ]
}
