internal import Geodesy
internal import StreamCore

/// What a vehicle has driven since its watch began. A receiver's noise is no driving: a place counts once it is further from the last one
/// that did than both could be wrong by, and none does while the vehicle says that it stands.
struct Odometry: Hashable, Sendable, Storable {
    private var anchor: GeoPoint?
    private var slack = 0.0
    private var path = 0.0
    private var opening: Double?
    private var latest: Double?

    init() {}

    /// What was driven in all, in metres: by the vehicle's own odometer where it has one, else along the fixes.
    var driven: Double {
        guard let opening, let latest, latest >= opening else { return path }
        return max(latest - opening, 0)
    }

    /// Takes the next fix and says how many metres along the fixes it adds.
    mutating func take(_ fix: Fix) -> Double {
        if let odometer = fix.odometer {
            if opening == nil { opening = odometer }
            latest = odometer
        }
        guard let from = anchor else {
            anchor = fix.place
            slack = fix.accuracy
            return 0
        }
        let moved = from.distance(to: fix.place)
        guard moved > max(Odometry.least, slack + fix.accuracy), fix.speed ?? 1 > Odometry.standing else { return 0 }
        anchor = fix.place
        slack = fix.accuracy
        path += moved
        return moved
    }

    /// Metres and metres a second below which a vehicle stands still.
    private static let least = 25.0
    private static let standing = 0.5

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        anchor = try GeoPoint?(from: &reader, version: version)
        slack = try Double(from: &reader, version: version)
        path = try Double(from: &reader, version: version)
        opening = try Double?(from: &reader, version: version)
        latest = try Double?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        anchor.store(into: &writer)
        slack.store(into: &writer)
        path.store(into: &writer)
        opening.store(into: &writer)
        latest.store(into: &writer)
    }

    var json: JSON { .number(driven / Earth.metersPerMile) }
}
