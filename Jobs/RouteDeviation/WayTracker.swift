internal import Geodesy
internal import StreamCore

/// How far along its way a vehicle is. It looks only where the vehicle can be by now, from a little behind what it has reached to what it
/// could have driven since, so that a loop, or a leg driven out and back, is not taken for its other pass.
struct WayTracker: Hashable, Sendable, Storable {
    /// The furthest it has been, in metres along.
    private(set) var reached = 0.0
    /// Where it was last seen on its way, in metres along and as a place, and when.
    private(set) var along = 0.0
    private(set) var point: GeoPoint?
    private var seen: EventTime?
    /// What was driven since.
    private var driven = 0.0

    init() {}

    /// What was driven since it was last seen on its way, this fix included.
    mutating func drive(_ meters: Double) { driven += meters }

    /// Where a fix lies to the way: the likeliest of the points within `threshold` of it, or else the closest. `retreat` is how far behind
    /// what was reached it may be, beside noise.
    func match(_ fix: Fix, on way: Polyline, within threshold: Double, retreat: Double) -> PolylineMatch {
        let window = window(at: fix, on: way, slack: threshold + retreat)
        let found = way.matches(of: fix.place, within: window, upTo: threshold)
        if found.count == 1 { return found[0] }
        return found.min { cost($0, of: fix, on: way) < cost($1, of: fix, on: way) } ?? way.nearest(to: fix.place, within: window)
    }

    /// The closest point to a fix of the way that is left.
    func closest(to fix: Fix, on way: Polyline) -> PolylineMatch {
        way.nearest(to: fix.place, within: min(reached, way.length)...way.length)
    }

    /// The vehicle is on its way there.
    mutating func advance(to match: PolylineMatch, at time: EventTime) {
        reached = max(reached, match.along)
        settle(match, time)
    }

    /// The vehicle has come back to its way there, ahead of what it had reached or behind.
    mutating func rejoin(at match: PolylineMatch, at time: EventTime) {
        reached = match.along
        settle(match, time)
    }

    private mutating func settle(_ match: PolylineMatch, _ time: EventTime) {
        along = match.along
        point = match.point
        seen = time
        driven = 0
    }

    private func window(at fix: Fix, on way: Polyline, slack: Double) -> ClosedRange<Double> {
        guard let seen else { return 0...way.length }
        let reach = Double(max(0, fix.time.since(seen).microseconds)) / 1e6 * DeviationRule.topSpeed + DeviationRule.reachSlack
        let low = min(way.length, max(0, reached - slack))
        return low...max(low, min(way.length, along + reach))
    }

    /// How unlikely it is that the vehicle is there: by the fix's error, and by how much the way to there differs from what was driven
    /// (after Newson and Krumm, "Hidden Markov map matching", 2009); and no truck drives a way backwards.
    private func cost(_ match: PolylineMatch, of fix: Fix, on way: Polyline) -> Double {
        let noise = max(10, fix.accuracy)
        let error = match.distance / noise
        let detour = abs(match.along - along - driven) / (100 + driven / 4)
        var turn = 0.0
        if let heading = fix.heading, fix.speed ?? 0 > 3 {
            let difference = abs(heading - way.heading(along: match.along)).truncatingRemainder(dividingBy: 360)
            if min(difference, 360 - difference) > 100 { turn = 5 }
        }
        return error * error / 2 + detour + turn
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        reached = try Double(from: &reader, version: version)
        along = try Double(from: &reader, version: version)
        point = try GeoPoint?(from: &reader, version: version)
        seen = try EventTime?(from: &reader, version: version)
        driven = try Double(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        reached.store(into: &writer)
        along.store(into: &writer)
        point.store(into: &writer)
        seen.store(into: &writer)
        driven.store(into: &writer)
    }

    var json: JSON {
        .object(["along_miles": .number(along / Earth.metersPerMile), "reached_miles": .number(reached / Earth.metersPerMile)])
    }
}
