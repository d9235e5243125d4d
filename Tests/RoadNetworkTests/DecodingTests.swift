import Geodesy
import RoadNetwork
import StreamCore
import Testing

@Suite struct DecodingTests {
    @Test func `a segment, a place and their tombstones are read`() throws {
        let changes = try RoadNetwork.changes([
            (
                "S1",
                #"{"id":"S1","from":"A","to":"B","distance_miles":10.5,"duration_minutes":12,"toll_cost":"3.25","traffic_level":"heavy","restrictions":{"max_height":13.5,"hazmat":false},"closed":true}"#
            ),
            ("A", #"{"id":"A","name":"Here","latitude":30,"longitude":-95}"#), ("S1", nil),
        ])
        #expect(
            changes == [
                .segment(
                    Segment(
                        id: "S1", from: "A", to: "B", distanceMiles: 10.5, durationMinutes: 12, tollCents: 325, traffic: .heavy,
                        restrictions: Restrictions(maxHeight: 13.5, forbidsHazmat: true), isClosed: true)),
                .place(Place(id: "A", name: "Here", point: GeoPoint(latitude: 30, longitude: -95))), .removed("S1"),
            ])
    }

    @Test(arguments: [
        (#"{"id":"S","from":"A","to":"B","duration_minutes":1}"#, "segment S: distance_miles must be a number, 0 or more"),
        (
            #"{"id":"S","from":"A","to":"B","distance_miles":-1,"duration_minutes":1}"#,
            "segment S: distance_miles must be a number, 0 or more"
        ),
        (
            #"{"id":"S","from":"A","to":"B","distance_miles":1,"duration_minutes":1,"traffic_level":"BUSY"}"#,
            "segment S: traffic_level must be one of LOW, MODERATE, HEAVY, SEVERE"
        ),
        (#"{"id":"P","latitude":91,"longitude":0}"#, "place P is nowhere on Earth"),
        (#"{"id":"P"}"#, "P has neither from and to, as a segment has, nor latitude and longitude, as a place has"),
    ])
    func `what is wrong with a record is said`(value: String, reason: String) {
        #expect { try RoadNetwork.changes([(nil, value)]) } throws: { "\($0)".contains(reason) }
    }
}
