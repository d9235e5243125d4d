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
        var child = timers.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard TimerHeap.isBefore(timers[child], timers[parent]) else { return }
            timers.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        guard let last = timers.popLast(), !timers.isEmpty else { return }
        timers[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < timers.count && TimerHeap.isBefore(timers[child], timers[least]) {
                least = child
            }
            if least == parent { return }
            timers.swapAt(parent, least)
            parent = least
        }
    }
}
