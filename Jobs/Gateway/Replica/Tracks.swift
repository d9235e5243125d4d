internal import Freight
internal import ReadModel
internal import StreamCore
internal import Synchronization

/// Where vehicles have been lately, in memory: as far back as is kept, and no more points than may be. One thread writes, any read.
final class Tracks: Sendable {
    private struct Memory {
        /// Each vehicle's points in the order of time.
        var points: [EntityID: [TrackPoint]] = [:]
        var count = 0
        /// What is older is no longer kept.
        var floor = EventTime.distantPast
        var newest = EventTime.distantPast
    }

    private let memory = Mutex(Memory())
    private let kept: EventTime.Span
    private let most: Int

    init(kept: Duration, most: Int) {
        self.kept = .init(kept)
        self.most = most
    }

    /// Takes points; of one vehicle and instant the first.
    func take(_ points: [(vehicle: EntityID, point: TrackPoint)]) {
        memory.withLock { memory in
            for (vehicle, point) in points where point.time >= memory.floor {
                memory.newest = max(memory.newest, point.time)
                insert(point, into: &memory.points[vehicle, default: []], &memory.count)
            }
            let due = memory.newest.advanced(by: -kept)
            // Not at each point: what is dropped is dropped in pieces.
            if memory.floor == .distantPast || due.since(memory.floor).microseconds > kept.microseconds / 16 { drop(below: due, &memory) }
            while memory.count > most {
                let span = memory.newest.since(memory.floor).microseconds
                drop(below: memory.floor.advanced(by: .init(microseconds: max(1, span / 8))), &memory)
            }
        }
    }

    /// A vehicle's points within a time, oldest first.
    func points(of vehicle: EntityID, from: EventTime, until: EventTime) -> ArraySlice<TrackPoint> {
        let points = memory.withLock { $0.points[vehicle] ?? [] }
        let first = points.partitioningIndex { $0.time >= from }
        let end = points.partitioningIndex { $0.time > until }
        return first < end ? points[first..<end] : []
    }

    private func insert(_ point: TrackPoint, into points: inout [TrackPoint], _ count: inout Int) {
        if let last = points.last, last.time >= point.time {
            let index = points.partitioningIndex { $0.time >= point.time }
            if index < points.count, points[index].time == point.time { return }
            points.insert(point, at: index)
        } else {
            points.append(point)
        }
        count += 1
    }

    private func drop(below floor: EventTime, _ memory: inout Memory) {
        memory.floor = floor
        for (vehicle, points) in memory.points where points.first.map({ $0.time < floor }) ?? true {
            let gone = points.partitioningIndex { $0.time >= floor }
            memory.count -= gone
            memory.points[vehicle] = gone == points.count ? nil : Array(points[gone...])
        }
    }
}

extension Array {
    /// The first index whose element, and all behind it, satisfy a condition.
    func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
