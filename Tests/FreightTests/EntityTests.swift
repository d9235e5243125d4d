import Freight
import StreamCore
import Testing
import Wire

/// Entities from requests, and everything that is said when they are wrong.
struct EntityTests {
    private static let whole = """
        {"pickup_location":{"latitude":29.76,"longitude":-95.37,"zipcode":"77001"},"delivery_location":{"latitude":32.78,"longitude":-96.8},
        "pickup_address":"1 Dock St","delivery_address":"2 Yard Rd","pickup_date":"2026-11-24 08:00:00","delivery_datetime":"2026-11-25T08:00:00+02:00",
        "weight":30000,"rate":"1234.5","special_requirements":["LIFTGATE"],"metadata":{"po":7},"customer_id":"ACME"}
        """

    private func load(_ body: String, _ mode: BodyMode = .create) throws -> Result<Load, RequestProblems> {
        Load.blank("6f1f4c0e-7f0b-4a5e-9b4f-00000000002a").applying(try JSON(parsing: body), mode)
    }

    private func problems(_ body: String) throws -> [FieldProblem] {
        if case .failure(let wrong) = try load(body) { wrong.problems } else { [] }
    }

    @Test func `a load is read with the first version's names, naive times as UTC, and money to the cent`() throws {
        let load = try load(Self.whole).get()
        #expect(load.pickupAt.rfc3339 == "2026-11-24T08:00:00Z")
        #expect(load.deliveryAt.rfc3339 == "2026-11-25T06:00:00Z")
        #expect(load.rate == Money(cents: 123_450))
        #expect(load.pickupLocation.zipcode == "77001")
        let text = String(decoding: load.text.utf8, as: UTF8.self)
        #expect(text.contains(#""rate":1234.50"#))
        #expect(text.contains(#""metadata":{"po":7}"#))
        #expect(text.contains(#""volume":null"#))
    }

    @Test func `all that is wrong with a request is said at once`() throws {
        let found = try problems(
            #"{"pickup_location":{"latitude":91,"longitude":0},"weight":-1,"rate":1.234,"volume":"much","pickup_datetime":"soon","carrier_id":"x"}"#
        )
        #expect(
            found.map(\.field) == [
                "carrier_id", "pickup_location", "delivery_location", "pickup_address", "delivery_address", "pickup_datetime",
                "delivery_datetime", "weight", "volume", "rate",
            ])
        #expect(found.allSatisfy { !$0.issue.isEmpty })
    }

    @Test func `a load is delivered after it is picked up`() throws {
        let swapped = Self.whole.replacing("2026-11-25T08:00:00+02:00", with: "2026-11-24T08:00:00Z")
        #expect(try problems(swapped) == [FieldProblem("delivery_datetime", "must be after pickup_datetime")])
    }

    @Test func `what only an assignment sets is refused, unless it says what stands`() throws {
        var load = try load(Self.whole).get()
        load.vehicleID = "6f1f4c0e-7f0b-4a5e-9b4f-000000000001"
        let same = try JSON(parsing: #"{"assigned_vehicle_id":"6F1F4C0E-7F0B-4A5E-9B4F-000000000001"}"#)
        #expect(try load.applying(same, .merge).get() == load)
        let other = try JSON(parsing: #"{"vehicle_id":"6f1f4c0e-7f0b-4a5e-9b4f-000000000002"}"#)
        #expect(throws: RequestProblems.self) { try load.applying(other, .merge).get() }
    }

    @Test func `what is kept of a load is read back as it was`() throws {
        var load = try load(Self.whole).get()
        load.status = .delayed
        load.delayedFrom = .inTransit
        load.history = [
            StatusChange(status: .created, at: load.pickupAt, by: nil),
            StatusChange(status: .delayed, at: load.pickupAt, by: "ann", reason: "snow"),
        ]
        load.version = 7
        var writer = ByteWriter()
        load.store(into: &writer)
        #expect(try ByteReader.read(writer.bytes) { reader throws(DecodeFailure) in try Load(from: &reader, version: 1) } == load)
        #expect(writer.count < 400)
    }

    @Test func `an audit record says what changed, old and new`() throws {
        let old = try load(Self.whole).get()
        var new = old
        new.weight = nil
        new.rate = Money(cents: 5)
        #expect(
            new.changes(since: old).json == (try JSON(parsing: #"{"weight":{"old":30000,"new":null},"rate":{"old":1234.5,"new":0.05}}"#)))
    }

    @Test func `a driver's name may come in two parts`() throws {
        let body = try JSON(parsing: #"{"first_name":"Dee","last_name":"Lee"}"#)
        #expect(Driver.named(body)["name"]?.string == "Dee Lee")
    }

    @Test(arguments: [
        ("12", 1_200), ("0.5", 50), ("12.30", 1_230), ("-3.07", -307), ("1e2", 10_000), ("12.3400", 1_234),
        ("90071992547409.91", 9_007_199_254_740_991),
    ])
    func `an amount is exact`(text: String, cents: Int64) { #expect(Money(text)?.cents == cents) }

    @Test(arguments: ["", "1.005", ".5", "1.", "1e-9", "--1", "1e99", "90071992547409.92", "abc", "1 "])
    func `an amount that is none, or not to the cent, is refused`(text: String) { #expect(Money(text) == nil) }

    @Test func `a JSON number is the amount that was written`() throws {
        for cents in [1, 10, 110, 999_99, 123_456_789_01] as [Int64] {
            let money = Money(cents: cents)
            #expect(try Money.read(try JSON(parsing: money.decimal)) == money)
        }
    }

    @Test func `load numbers are of their day`() {
        let day = EventTime(rfc3339: "2026-11-23T23:59:59Z") ?? .distantPast
        #expect(LoadNumber.text(LoadNumber.prefix(on: day), 7) == "LH-261123-000007")
        #expect(LoadNumber.text(LoadNumber.prefix(on: day), 1_234_567) == "LH-261123-1234567")
        #expect(LoadNumber.parts(of: "LH-261123-000007")?.count == 7)
        #expect(LoadNumber.parts(of: "LH-261123-1234567")?.count == 1_234_567)
        for text in ["LH-261123-00007", "LH-26112-000007", "lh-261123-000007", "LH-261123-0000070", "LH-261123-00000a"] {
            #expect(LoadNumber.parts(of: text) == nil)
        }
    }

    @Test func `each member has a name and a tag of its own`() {
        func check<Thing: Entity>(_: Thing.Type) {
            #expect(Set(Thing.fields.map(\.name)).count == Thing.fields.count)
            #expect(Set(Thing.fields.map(\.tag)).count == Thing.fields.count)
            #expect(!Thing.fields.map(\.tag).contains(0))
        }
        check(Load.self)
        check(Vehicle.self)
        check(Driver.self)
        check(Carrier.self)
        check(Route.self)
    }
}
