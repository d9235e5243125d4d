internal import Geodesy
internal import StreamCore

/// A place beside the way where trucks park, reached by a short ramp and left by another.
struct RestArea: Sendable {
    let id: String
    /// Metres of way before it.
    let along: Double
    /// Metres to the left of the way, negative to its right.
    let aside: Double
    let place: GeoPoint

    /// The way in and out.
    var ramps: Detour { Detour(start: along - RestArea.ramp, length: 2 * RestArea.ramp, height: aside) }

    /// Where a driver must have decided for it.
    var exit: Double { along - RestArea.ramp - 300 }

    private static let ramp = 600.0

    /// The rest areas of one way, in order; none near its ends, none where a detour passes.
    static func drawn(
        along path: GreatCircle, past detours: [Detour], settings: SimulationSettings, using random: inout SeededGenerator
    ) -> [RestArea] {
        var areas: [RestArea] = []
        let spacing = settings.restAreaMiles.lowerBound * Earth.metersPerMile...settings.restAreaMiles.upperBound * Earth.metersPerMile
        var at = random.number(in: spacing)
        while at < path.length - clearOfEnds {
            let aside = random.number(in: 200...400) * (random.chance(0.8) ? -1 : 1)
            let name = random.id(at: settings.start)
            if at > clearOfEnds, !detours.contains(where: { $0.start - 2_000 < at && at < $0.end + 2_000 }) {
                areas.append(RestArea(id: "REST_\(name)", along: at, aside: aside, place: path.point(travelled: at, aside: aside).rounded))
            }
            at += random.number(in: spacing)
        }
        return areas
    }

    private static let clearOfEnds = 6_000.0

    /// The place as `tms.network` has it.
    func record(at now: EventTime) -> SimulatedRecord {
        let value = ObjectWriter.object(capacity: 160) {
            $0.member("id", id)
            $0.member("name", "Rest area")
            $0.member("kind", "REST_AREA")
            $0.member("latitude", place.latitude, places: 6)
            $0.member("longitude", place.longitude, places: 6)
            $0.member("radius_miles", 0.35, places: 2)
        }
        return SimulatedRecord(
            topic: SimulatedTopic.network, key: Array(id.utf8), value: value, headers: [], time: now, arrival: now.advanced(seconds: 0.03))
    }
}
