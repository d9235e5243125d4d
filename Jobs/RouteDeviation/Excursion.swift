internal import Geodesy
internal import StreamCore

/// A time off the way, suspected or raised: what has been seen of it so far.
struct Excursion: Hashable, Sendable, Storable {
    /// The first fix off.
    let since: EventTime
    /// Where the vehicle was last on its way, and how much of the way was behind it there.
    let entry: GeoPoint
    let entryAlong: Double
    /// What was driven from the entry to the first fix off.
    private let lead: Double
    /// What was driven since the entry.
    private(set) var driven: Double
    private(set) var furthest: Double
    private var fixesOff = 1
    /// How far the last three fixes were off at least by, newest first; each an eighth of its accuracy less than it says.
    private var recent: [Double]
    private var fixesNear = 0
    /// The least progress of the fixes near the way, where they lie behind what had been reached.
    private var returning: Double?

    init(at fix: Fix, off distance: Double, from entry: GeoPoint, along: Double, after lead: Double) {
        since = fix.time
        self.entry = entry
        entryAlong = along
        self.lead = lead
        driven = lead
        furthest = distance
        recent = [distance - fix.accuracy / 8]
    }

    /// Takes the next fix: how far off it is, and what it adds to what was driven.
    mutating func take(_ fix: Fix, off distance: Double, isOff: Bool, driven meters: Double) {
        driven += meters
        furthest = max(furthest, distance)
        if isOff { fixesOff += 1 }
        recent = Array(([distance - fix.accuracy / 8] + recent).prefix(3))
    }

    /// Whether it is one to be told of. Noise alone must not raise it, so the latest fixes have to be off together, for all their errors.
    func isDue(at fix: Fix, by rule: DeviationRule) -> Bool {
        fixesOff >= rule.raiseFixes && fix.time.since(since) >= rule.raiseAfter && driven - lead >= rule.raiseMeters
            && recent.reduce(0, +) > rule.threshold(fix) * Double(recent.count)
    }

    /// Counts a fix beside the way; says whether there have been enough of them. Where the way is behind what had been reached, the vehicle
    /// must be seen to drive it in its direction: who turns round has not come back.
    mutating func isOver(near match: PolylineMatch, from reached: Double, noise: Double, by rule: DeviationRule) -> Bool {
        if match.along >= reached {
            returning = nil
        } else {
            let least = min(returning ?? match.along, match.along)
            returning = least
            guard match.along - least > max(100, 2 * noise) else { return false }
        }
        fixesNear += 1
        return fixesNear >= rule.clearFixes
    }

    /// The fix was not near the way.
    mutating func strayed() {
        fixesNear = 0
        returning = nil
    }

    /// What was driven more than the way to a point of it, straight there included.
    func extra(backAt match: PolylineMatch) -> Double { max(0, driven + match.distance - max(0, match.along - entryAlong)) }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        since = try EventTime(from: &reader, version: version)
        entry = try GeoPoint(from: &reader, version: version)
        entryAlong = try Double(from: &reader, version: version)
        lead = try Double(from: &reader, version: version)
        driven = try Double(from: &reader, version: version)
        furthest = try Double(from: &reader, version: version)
        fixesOff = try Int(from: &reader, version: version)
        recent = try [Double](from: &reader, version: version)
        fixesNear = try Int(from: &reader, version: version)
        returning = try Double?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        since.store(into: &writer)
        entry.store(into: &writer)
        entryAlong.store(into: &writer)
        lead.store(into: &writer)
        driven.store(into: &writer)
        furthest.store(into: &writer)
        fixesOff.store(into: &writer)
        recent.store(into: &writer)
        fixesNear.store(into: &writer)
        returning.store(into: &writer)
    }

    var json: JSON {
        .object(["since": since.json, "entry_point": entry.json, "furthest_meters": .number(furthest), "fixes_off": fixesOff.json])
    }
}
