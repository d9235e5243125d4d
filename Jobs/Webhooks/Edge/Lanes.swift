internal import Freight

/// Which attempts are begun: those of one webhook no more than its share at a time, so that a receiver that takes long keeps its own
/// events waiting and not those of others.
struct Lanes {
    private let most: Int
    private let share: Int
    private var busy: [EntityID: Int] = [:]
    private var waiting: [EntityID: [Attempt]] = [:]
    private var held = 0
    private var isOpen = true

    /// Lanes that hold at most `most` attempts and begin `share` of one webhook at a time.
    init(most: Int, share: Int) {
        self.most = most
        self.share = share
    }

    /// Whether nothing is under way.
    var isEmpty: Bool { held == 0 }

    /// Takes an attempt; whether to begin it now. One that is too much is not held at all.
    mutating func admit(_ attempt: Attempt) -> Bool {
        guard isOpen, held < most else { return false }
        held += 1
        if busy[attempt.webhook, default: 0] < share {
            busy[attempt.webhook, default: 0] += 1
            return true
        }
        waiting[attempt.webhook, default: []].append(attempt)
        return false
    }

    /// An attempt is done; the next one of its webhook, to begin now.
    mutating func done(_ attempt: Attempt) -> Attempt? {
        held -= 1
        if var queue = waiting[attempt.webhook], !queue.isEmpty {
            let next = queue.removeFirst()
            waiting[attempt.webhook] = queue.isEmpty ? nil : queue
            return next
        }
        let left = busy[attempt.webhook, default: 1] - 1
        busy[attempt.webhook] = left > 0 ? left : nil
        return nil
    }

    /// Takes no more, and gives up what has not begun.
    mutating func close() {
        isOpen = false
        held -= waiting.values.reduce(0) { $0 + $1.count }
        waiting = [:]
    }
}
