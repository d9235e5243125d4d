internal import Freight
@testable internal import Gateway
internal import HTTPServer
internal import ReadModel
internal import StreamCore
internal import Testing

@Suite struct RouteTests {
    @Test func `no two routes share a method and a path`() {
        let places = Route.all.flatMap { route in route.places.map { "\($0.method.rawValue) \($0.path)" } }
        #expect(Set(places).count == places.count)
    }

    @Test func `the document names every place of every route, once`() throws {
        let document = OpenAPI.value(version: "1")
        let paths = try #require(document["paths"]?.members)
        let documented = paths.flatMap { path in (path.value.members ?? []).map { "\($0.name.uppercased()) \(path.name)" } }
        #expect(documented.sorted() == Route.all.flatMap { route in route.places.map { "\($0.method.rawValue) \($0.path)" } }.sorted())
        let names = paths.flatMap { ($0.value.members ?? []).compactMap { $0.value["operationId"]?.string } }
        #expect(Set(names).count == names.count)
    }

    @Test func `every reference of the document leads somewhere`() throws {
        let document = OpenAPI.value(version: "1")
        let names = Set(try #require(document["components"]?["schemas"]?.members).map(\.name))
        func references(_ json: JSON) -> [String] {
            switch json {
            case .object(let members): members.flatMap { $0.name == "$ref" ? [$0.value.string ?? ""] : references($0.value) }
            case .array(let elements): elements.flatMap(references)
            default: []
            }
        }
        #expect(references(document).filter { !names.contains(String($0.dropFirst("#/components/schemas/".count))) } == [])
    }

    @Test func `a query's values are all checked, and what is wrong with each is said`() {
        var problems: [FieldProblem] = []
        let query = HTTPQuery("limit=0&status=delivered,nowhere&near=91,0&sort=weight,-color&min_weight=-1&offset=x")
        _ = Arguments(query, LoadFilters.all + Paging.parameters(.loads), &problems)
        #expect(problems.map(\.field).sorted() == ["limit", "min_weight", "near", "offset", "sort", "status"])
    }

    @Test func `names in queries are taken in any case and under their old names`() {
        var problems: [FieldProblem] = []
        let query = HTTPQuery("status=pending,Delivered&weight_min=5")
        let values = Arguments(query, LoadFilters.all, &problems)
        #expect(problems.isEmpty)
        #expect(values.texts("status") == ["PENDING", "DELIVERED"])
        #expect(values.number("min_weight") == 5)
    }

    @Test func `everything wrong with a body is said at once`() throws {
        let refusal = #expect(throws: Refusal.self) {
            try BodyForm.creating(Load.self).read(
                Array(#"{"pickup_location":{"latitude":91,"longitude":0},"weight":-1,"delivery_datetime":"x"}"#.utf8))
        }
        let fields = try #require(refusal).details.map(\.field)
        #expect(Set(["weight", "delivery_datetime", "delivery_location", "pickup_address"]).isSubset(of: Set(fields)))
        #expect(refusal?.status == 422)
    }

    @Test func `a body that is no JSON is refused as such`() {
        let refusal = #expect(throws: Refusal.self) { try BodyForm.assign.read(Array("{".utf8)) }
        #expect(refusal?.code == "INVALID_BODY")
    }
}
