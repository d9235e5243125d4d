import Geodesy
import RoadNetwork
import StreamCore
import Testing
import Wire

/// Ways as requests and routes have them.
@Suite struct RouteFormTests {
    @Test func `a request is read whole`() throws {
        let form = try RouteForm(
            JSON(
                parsing: Array(
                    #"""
                    {"origin":"LOC_A","destination":{"latitude":1.5,"longitude":2},"waypoints":["LOC_B"],"optimize_order":true,
                    "strategy":"fuel","avoid":["SEG_X","Tolls"],"vehicle":{"height":13.5,"hazmat":true}}
                    """#.utf8)))
        #expect(form.criterion == .fuel)
        #expect(form.query.origin == .place("LOC_A"))
        #expect(form.query.destination == .point(GeoPoint(latitude: 1.5, longitude: 2)))
        #expect(form.query.waypoints == [.place("LOC_B")] && form.query.optimizesOrder)
        #expect(form.query.avoided == ["SEG_X"] && form.query.avoidsTolls)
        #expect(form.query.vehicle == VehicleProfile(height: 13.5, carriesHazmat: true))
    }

    @Test(arguments: [
        #"{"origin":"A"}"#, #"{"origin":"A","destination":1}"#, #"{"origin":"A","destination":"B","strategy":"BEST"}"#,
        #"{"origin":"A","destination":"B","waypoints":[{"latitude":91,"longitude":0}]}"#,
    ])
    func `what is no request is refused`(text: String) throws {
        let json = try JSON(parsing: Array(text.utf8))
        #expect(throws: DecodeFailure.self) { try RouteForm(json) }
    }

    @Test func `legs are read as they were written`() throws {
        let way = try RoadNetwork.shipped().way(
            RouteQuery(from: .point(GeoPoint(latitude: 29.95, longitude: -95.4)), to: .place("LOC_NEW_YORK")), by: Tariff(.cost))
        for leg in way.legs {
            let read = try #require(Way.Leg(leg.json))
            #expect((read.from, read.to, read.segment, read.tollCents) == (leg.from, leg.to, leg.segment, leg.tollCents))
        }
        let members = JSON.object(way.members(Tariff(.cost)))
        #expect(members["path"]?.array?.count == way.path.count)
        #expect(members["geometry"].flatMap { try? Polyline(geoJSON: $0) } != nil)
    }
}
