internal import StreamCore

/// A binary heap of timers, the earliest first; equal instants by key, so that the order never depends on insertion.
struct TimerHeap<Key: StateKey> {
    private var timers: [Timer<Key>] = []

    init() {}

    /// A heap of timers already in order.
    init(sorted timers: [Timer<Key>]) { self.timers = timers }

    var first: Timer<Key>? { timers.first }

    static func isBefore(_ a: Timer<Key>, _ b: Timer<Key>) -> Bool {
        if a.time != b.time { return a.time < b.time }
        if a.key == b.key { return a.clock.rawValue < b.clock.rawValue }
        return a.key.keyBytes.lexicographicallyPrecedes(b.key.keyBytes)
    }

    mutating func push(_ timer: Timer<Key>) {
        timers.append(timer)
        var hole = timers.count - 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard TimerHeap.isBefore(timer, timers[parent]) else { break }
            timers[hole] = timers[parent]
            hole = parent
        }
        timers[hole] = timer
    }

    mutating func removeFirst() {
        guard let last = timers.popLast(), !timers.isEmpty else { return }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            if child >= timers.count { break }
            if child + 1 < timers.count, TimerHeap.isBefore(timers[child + 1], timers[child]) { child += 1 }
            guard TimerHeap.isBefore(timers[child], last) else { break }
            timers[hole] = timers[child]
            hole = child
        }
        timers[hole] = last
    }
}
