import Freight
import Geodesy
import StreamCore
import Testing

@testable import RouteDeviation

/// A watch over one route, fed by hand: places in metres east and north of the route's start, instants in seconds.
struct Road {
    static let home = GeoPoint(latitude: 38.5, longitude: -98)
    let route: PlannedRoute
    var rule = DeviationRule()
    var shelters: [GeoCircle] = []
    var watch: RouteWatch
    private(set) var news: [RouteNews] = []

    init(_ offsets: [(east: Double, north: Double)], rule: DeviationRule = DeviationRule()) throws {
        let way = try #require(Polyline(offsets.map { Road.place($0.east, $0.north) }))
        route = PlannedRoute(id: "route-1", load: "load-1", way: way)
        watch = RouteWatch(of: "truck-1", since: Road.time(0))
        self.rule = rule
    }

    static func place(_ east: Double, _ north: Double) -> GeoPoint { home.moved(north: north, east: east) }

    static func time(_ seconds: Double) -> EventTime { EventTime(microseconds: 1_772_431_200_000_000 + Int64(seconds * 1e6)) }

    /// Reports a fix; returns what is said of it.
    @discardableResult
    mutating func see(_ east: Double, _ north: Double, at seconds: Double, accuracy: Double = 10, heading: Double? = nil) -> [RouteNews] {
        let fix = Fix(
            time: Road.time(seconds), place: Road.place(east, north), accuracy: accuracy, speed: heading == nil ? nil : 20, heading: heading
        )
        let shelters = shelters
        let said = watch.observe(fix, on: route, by: rule) { place in shelters.contains { $0.contains(place) } }
        news += said
        return said
    }

    /// Drives straight from one offset to another, a fix each `every` seconds; returns when it is there.
    @discardableResult
    mutating func drive(
        from: (Double, Double), to: (Double, Double), at start: Double, speed: Double = 20, every: Double = 15, heading: Bool = false
    ) -> Double {
        let (east, north) = (to.0 - from.0, to.1 - from.1)
        let length = (east * east + north * north).squareRoot()
        let course = Road.place(from.0, from.1).bearing(to: Road.place(to.0, to.1))
        var passed = 0.0
        while passed * speed < length {
            let share = passed * speed / length
            see(from.0 + east * share, from.1 + north * share, at: start + passed, heading: heading ? course : nil)
            passed += every
        }
        return start + passed
    }

    /// What has been said so far, in words.
    var said: [String] { news.map(\.word) }
}

extension RouteNews {
    /// STARTED, CLEARED or COMPLETED.
    var word: String {
        switch content {
        case .started: "STARTED"
        case .cleared: "CLEARED"
        case .completed: "COMPLETED"
        }
    }

    var deviation: Deviation? {
        switch content {
        case .started(let deviation), .cleared(let deviation): deviation
        case .completed: nil
        }
    }
}
