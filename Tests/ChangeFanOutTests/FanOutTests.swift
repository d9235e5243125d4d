internal import ChangeFanOut
internal import Dataflow
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// Captured changes as commands and as what rules make of them.
@Suite struct FanOutTests {
    private static let id = "0a000000-0000-4000-8000-000000000001"

    private func harness(_ rules: String...) throws -> JobHarness {
        var settings = SettingsReader(["rules": SettingValue(.list(rules), at: "the test")])
        return try JobHarness(try ChangeFanOut(settings: &settings))
    }

    private func change(_ operation: String, before: String = "null", after: String = "null", isOwn: Bool = false) -> Record {
        let value =
            #"{"before":\#(before),"after":\#(after),"source":{"ts_us":1767323045678901,"txId":7,"lsn":99},"transaction":null,"op":"\#(operation)"}"#
        return Record(
            key: Array(#"{"id":"\#(Self.id)"}"#.utf8), value: Array(value.utf8),
            headers: isOwn ? [Header("linehaul.origin", "sink")] : [], time: EventTime(microseconds: 0))
    }

    private func row(_ members: String, document: String) -> String {
        #"{"id":"\#(Self.id)",\#(members),"document":\#(String(decoding: JSON.string(document).compact, as: UTF8.self))}"#
    }

    private var document: String {
        #"{"id":"\#(Self.id)","status":"CREATED","weight":1200,"rate":950.50,"commodity_type":"STEEL","pickup_datetime":"2026-01-02T03:04:05Z","special_requirements":[]}"#
    }

    private func commands(_ changes: Record...) throws -> [JSON] {
        let harness = try harness()
        try harness.send(changes, to: "loads")
        return try harness.texts(from: "commands").map { try JSON(parsing: $0) }
    }

    @Test func `a row that says what its snapshot says tells nobody anything`() throws {
        let same = row(
            #""status":"CREATED","weight":1200.0,"rate":"AXNK","commodity_type":"STEEL","pickup_datetime":"2026-01-02T03:04:05.000000Z","special_requirements":"[]","volume":null"#,
            document: document)
        #expect(try commands(change("u", after: same), change("c", after: same), change("r", after: same)).isEmpty)
    }

    @Test func `a column changed in SQL is an update of that member`() throws {
        let changed = row(#""status":"CREATED","weight":1300.0,"commodity_type":"__debezium_unavailable_value""#, document: document)
        let command = try #require(try commands(change("u", after: changed)).first)
        #expect(command["type"] == "UPDATE")
        #expect(command["mode"] == "PATCH")
        #expect(command["source"] == "cdc")
        #expect(command["entity_id"]?.string == Self.id)
        #expect(command["body"]?.description == #"{"weight":1300}"#)
    }

    @Test func `amounts, lines and documents in another order are what they are in the snapshot`() throws {
        let harness = try harness()
        let known =
            #"{"id":"\#(Self.id)","status":"PLANNED","cost":950.50,"toll_cost":1,"origin":"LOC_A","metadata":{"bb":{"y":1,"x":2},"a":1.0},"geometry":{"type":"LineString","coordinates":[[-95.5,29.5],[-96.25,30]]}}"#
        // The line's two points, the least significant byte first.
        let line = #"{"wkb":"AQIAACDmEAAAAgAAAAAAAAAA4FfAAAAAAACAPUAAAAAAABBYwAAAAAAAAD5A","srid":4326}"#
        let same =
            #""status":"PLANNED","cost":"AXNK","toll_cost":"1.00","origin":"\"LOC_A\"","metadata":"{\"a\": 1.0, \"bb\": {\"x\": 2, \"y\": 1}}","geometry":\#(line)"#
        try harness.send([change("u", after: row(same, document: known))], to: "routes")
        #expect(harness.texts(from: "commands").isEmpty)
        try harness.send([change("u", after: row(same.replacing("AXNK", with: "AXNL"), document: known))], to: "routes")
        let bodies = try harness.texts(from: "commands").map { try JSON(parsing: $0)["body"]?.description }
        #expect(bodies == [#"{"cost":950.51}"#])
    }

    @Test func `a status changed in SQL is a change of status, a row deleted a delete, a row without a snapshot a create`() throws {
        let moved = row(#""status":"CANCELLED","weight":1200"#, document: document)
        let new = row(#""status":"CREATED","weight":5.5"#, document: "{}")
        let found = try commands(
            change("u", after: moved), change("d", before: #"{"id":"\#(Self.id)"}"#), change("c", after: new))
        #expect(found.map { $0["type"] } == ["STATUS", "DELETE", "CREATE"])
        #expect(found.first?["body"]?["status"] == "CANCELLED")
        #expect(found.last?["body"]?["weight"]?.number == 5.5)
    }

    @Test func `what is changed at once is a command each, in order`() throws {
        let point = #"{"wkb":"AQEAACDmEAAAzczMzMz0V8AAAAAAAIA9QA==","srid":4326}"#
        let changed = row(
            #""status":"CANCELLED","weight":1300.0,"delivery_location":\#(point),"version":4"#, document: document)
        let found = try commands(change("u", after: changed))
        #expect(found.map { $0["type"] } == ["UPDATE", "STATUS"] && found[0]["command_id"] != found[1]["command_id"])
        #expect(found[0]["body"]?["delivery_location"]?["latitude"]?.number == 29.5)
    }

    @Test func `a truck that is put elsewhere in SQL is a location, a load that is given to somebody an assignment`() throws {
        let harness = try harness()
        let point = #"{"wkb":"AQEAACDmEAAAzczMzMz0V8AAAAAAAIA9QA==","srid":4326}"#
        let truck = #"{"id":"\#(Self.id)","current_location":{"latitude":29.0,"longitude":-95.8},"speed":50,"status":"AVAILABLE"}"#
        try harness.send(
            [change("u", after: row(#""current_location":\#(point),"speed":50.0,"status":"AVAILABLE""#, document: truck))], to: "vehicles")
        let given = row(#""status":"ASSIGNED","carrier_id":"c","vehicle_id":"v","driver_id":"d""#, document: document)
        try harness.send([change("u", after: given)], to: "loads")
        let found = try harness.texts(from: "commands").map { try JSON(parsing: $0) }
        #expect(found.map { $0["type"] } == ["LOCATION", "ASSIGN"])
        #expect(found[0]["body"]?["latitude"]?.number == 29.5 && found[0]["body"]?["speed"] == nil)
        #expect(found[1]["body"]?["driver_id"] == "d")
    }

    @Test func `what no command changes is asked back`() throws {
        let harness = try harness()
        try harness.send([change("u", after: row(#""version":9"#, document: document))], to: "routes")
        let command = try #require(try harness.texts(from: "commands").map { try JSON(parsing: $0) }.first)
        #expect(command["type"] == "UPDATE" && command["body"]?.description == "{}")
    }

    @Test func `what a sink of ours did comes back from nowhere`() throws {
        #expect(try commands(change("d", before: #"{"id":"\#(Self.id)"}"#, isOwn: true)).isEmpty)
    }

    @Test func `the same change told twice is the same command`() throws {
        let changed = row(#""weight":1300.0"#, document: document)
        let found = try commands(change("u", after: changed), change("u", after: changed))
        #expect(found.count == 2 && found[0]["command_id"] == found[1]["command_id"])
    }

    @Test func `a rule filters, picks, renames, masks and keys`() throws {
        let harness = try harness("loads to cancelled where status = CANCELLED take id, status as state, shipper_id masked key load_number")
        let row = { (status: String) in #"{"id":"\#(Self.id)","status":"\#(status)","shipper_id":"s-1","load_number":"L-1","weight":null}"#
        }
        try harness.send(
            [
                change("c", after: row("CREATED")), change("u", after: row("CANCELLED")), change("u", after: row("CREATED")),
                change("d", before: #"{"id":"\#(Self.id)","load_number":"L-1"}"#),
            ], to: "loads")
        let records = harness.received(from: "cancelled")
        #expect(records.map { String(decoding: $0.key ?? [], as: UTF8.self) } == ["L-1", "L-1", "L-1"])
        #expect(
            records.map { $0.value.map { String(decoding: $0, as: UTF8.self) } }
                == [#"{"id":"\#(Self.id)","state":"CANCELLED","shipper_id":"***"}"#, nil, nil])
    }

    @Test(arguments: ["loads", "to x", "loads to", "loads to x where a", "loads to x take a b", "loads to x sometimes"])
    func `a rule that cannot be read is refused by name`(_ rule: String) {
        #expect(throws: SettingsFailure.self) { try harness(rule) }
    }
}
