internal import Geodesy
public import StreamCore

extension TrackBucket {
    /// The buckets of points that are in the order of time, the newest bucket first: what every read model has to answer.
    public static func buckets(of points: some Sequence<TrackPoint>, every interval: EventTime.Span) -> [TrackBucket] {
        var buckets: [TrackBucket] = []
        var speeds: (sum: Double, count: Int) = (0, 0)
        var last: GeoPoint?
        for point in points {
            let at = point.time.floored(to: interval)
            let here = GeoPoint(latitude: point.latitude, longitude: point.longitude)
            if buckets.last?.at != at {
                buckets.append(
                    TrackBucket(
                        at: at, count: 0, averageSpeed: nil, maxSpeed: nil, distanceMiles: 0, latitude: point.latitude,
                        longitude: point.longitude))
                (speeds, last) = ((0, 0), nil)
            }
            let index = buckets.count - 1
            buckets[index].count += 1
            (buckets[index].latitude, buckets[index].longitude) = (point.latitude, point.longitude)
            if let last { buckets[index].distanceMiles += last.distance(to: here) / Earth.metersPerMile }
            if let speed = point.speed {
                speeds = (speeds.sum + speed, speeds.count + 1)
                buckets[index].averageSpeed = speeds.sum / Double(speeds.count)
                buckets[index].maxSpeed = max(buckets[index].maxSpeed ?? speed, speed)
            }
            last = here
        }
        return buckets.reversed()
    }
}

extension EventTime {
    /// The beginning of the interval that it lies in; intervals are counted from 1970.
    public func floored(to interval: Span) -> EventTime {
        let rest = microseconds % interval.microseconds
        return EventTime(microseconds: microseconds - (rest < 0 ? rest + interval.microseconds : rest))
    }
}
