internal import StreamCore

/// A queue that gives the earliest element first and equal instants in the order of their numbers: a binary heap.
struct EarliestFirst<Element: Sendable>: Sendable {
    private var entries: [Entry] = []

    private struct Entry: Sendable {
        let time: EventTime
        let number: Int
        let element: Element
        func precedes(_ other: Entry) -> Bool { time != other.time ? time < other.time : number < other.number }
    }

    /// The earliest instant in it.
    var earliest: EventTime? { entries.first?.time }

    /// Puts an element in; `number` settles who goes first at one instant and must not repeat there.
    mutating func insert(_ element: Element, at time: EventTime, number: Int) {
        entries.append(Entry(time: time, number: number, element: element))
        var child = entries.count - 1
        while child > 0, entries[child].precedes(entries[(child - 1) / 2]) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the earliest element out, if it is due by then.
    mutating func removeFirst(dueBy limit: EventTime) -> (time: EventTime, element: Element)? {
        guard let first = entries.first, first.time <= limit else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return (first.time, first.element) }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && entries[child].precedes(entries[least]) {
                least = child
            }
            if least == parent { return (first.time, first.element) }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
