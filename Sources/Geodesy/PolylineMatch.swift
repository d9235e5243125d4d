/// Where a place comes closest to a way: on one stretch of it, which the way may pass several times.
public struct PolylineMatch: Hashable, Sendable, BitwiseCopyable {
    /// Metres from the place to the way.
    public let distance: Double
    /// Metres of way behind the closest point.
    public let along: Double
    /// The closest point.
    public let point: GeoPoint
}

extension Polyline {
    /// The closest point of the stretch `window` (metres along) to a place. A window beside the way means its nearer end.
    public func nearest(to place: GeoPoint, within window: ClosedRange<Double>) -> PolylineMatch {
        var best: PolylineMatch?
        visit(place, window) { segment, share, distance, _ in
            if distance < best?.distance ?? .infinity { best = match(segment, share, distance) }
        }
        return best ?? match(0, 0, place.distance(to: start))
    }

    /// Every point of the stretch `window` that is closer to a place than the way just before and after it, and no further than `limit`
    /// metres; in the order of the way. One for a plain road, several for loops and for legs driven out and back.
    public func matches(of place: GeoPoint, within window: ClosedRange<Double>, upTo limit: Double) -> [PolylineMatch] {
        var found: [PolylineMatch] = []
        // A closest point at a segment's end is one of the way only if the next segment's is its beginning, the same vertex.
        var atEnd: PolylineMatch?
        var isFirst = true
        visit(place, window) { segment, share, distance, bounds in
            // Two vertices at one place have no way between them.
            if !isFirst, bounds.lowerBound == bounds.upperBound { return }
            if share > bounds.lowerBound {
                if share < bounds.upperBound {
                    if distance <= limit { found.append(match(segment, share, distance)) }
                    atEnd = nil
                } else {
                    atEnd = match(segment, share, distance)
                }
            } else {
                if isFirst || atEnd != nil, distance <= limit { found.append(match(segment, share, distance)) }
                atEnd = nil
            }
            isFirst = false
        }
        if let atEnd, atEnd.distance <= limit { found.append(atEnd) }
        return found
    }

    private func match(_ segment: Int, _ share: Double, _ distance: Double) -> PolylineMatch {
        let along = behind[segment] + (behind[segment + 1] - behind[segment]) * share
        return PolylineMatch(distance: distance, along: along, point: place(on: segment, at: share))
    }

    /// Calls `body` for each segment within the window with the closest share of it, how far that is, and which shares the window allows.
    @inline(__always)
    private func visit(
        _ place: GeoPoint, _ window: ClosedRange<Double>, _ body: (Int, Double, Double, ClosedRange<Double>) -> Void
    ) {
        let plane = LocalPlane(at: place)
        let (low, high) = (min(max(0, window.lowerBound), length), min(max(0, window.upperBound), length))
        var segment = segment(at: low)
        var from = plane.position(of: vertices[segment])
        while segment < vertices.count - 1, behind[segment] <= high {
            let to = plane.position(of: vertices[segment + 1])
            let length = behind[segment + 1] - behind[segment]
            let lowest = length > 0 ? max(0, (low - behind[segment]) / length) : 0
            let highest = length > 0 ? max(lowest, min(1, (high - behind[segment]) / length)) : 0
            let (east, north) = (to.east - from.east, to.north - from.north)
            let square = east * east + north * north
            let foot = square > 0 ? -(from.east * east + from.north * north) / square : 0
            let share = min(highest, max(lowest, foot))
            let (x, y) = (from.east + east * share, from.north + north * share)
            body(segment, share, (x * x + y * y).squareRoot(), lowest...highest)
            from = to
            segment += 1
        }
    }
}
