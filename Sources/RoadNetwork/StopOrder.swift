/// Finds the order of calls that weighs least; first and last stay where they are.
///
/// Up to twelve calls exactly (Held and Karp, "A dynamic programming approach to sequencing problems", 1962), beyond that by cheapest
/// insertion, improved by moving runs of up to three calls (Or, 1976) and by turning parts round (Croes, 1958) until neither helps.
struct StopOrder {
    /// What it weighs to go from one stop to another; infinite where there is no way.
    let weights: [[Double]]

    private var last: Int { weights.count - 1 }

    /// The stops in their best order, first and last included; `nil` where no order has a way.
    func best() -> [Int]? {
        let calls = Array(1..<max(1, last))
        let order = calls.count <= 12 ? exact(calls) : improved(inserted(calls))
        return order.flatMap { weight(of: $0).isFinite ? $0 : nil }
    }

    func weight(of order: [Int]) -> Double { zip(order, order.dropFirst()).reduce(0) { $0 + weights[$1.0][$1.1] } }

    private func exact(_ calls: [Int]) -> [Int]? {
        let sets = 1 << calls.count
        var least = Array(repeating: Array(repeating: Double.infinity, count: calls.count), count: sets)
        var before = Array(repeating: Array(repeating: -1, count: calls.count), count: sets)
        for (index, call) in calls.enumerated() { least[1 << index][index] = weights[0][call] }
        for set in 1..<max(1, sets) {
            for end in calls.indices where set & 1 << end != 0 && least[set][end].isFinite {
                for next in calls.indices where set & 1 << next == 0 {
                    let whole = least[set][end] + weights[calls[end]][calls[next]]
                    if whole < least[set | 1 << next][next] {
                        least[set | 1 << next][next] = whole
                        before[set | 1 << next][next] = end
                    }
                }
            }
        }
        if calls.isEmpty { return [0, last] }
        guard
            var end = calls.indices.min(by: {
                least[sets - 1][$0] + weights[calls[$0]][last] < least[sets - 1][$1] + weights[calls[$1]][last]
            })
        else { return nil }
        var order = [last]
        var set = sets - 1
        while end >= 0 {
            order.append(calls[end])
            (set, end) = (set & ~(1 << end), before[set][end])
        }
        return (order + [0]).reversed()
    }

    private func inserted(_ calls: [Int]) -> [Int] {
        var order = [0, last]
        for call in calls {
            let place = (1..<order.count).min { added(call, at: $0, to: order) < added(call, at: $1, to: order) } ?? 1
            order.insert(call, at: place)
        }
        return order
    }

    private func added(_ call: Int, at place: Int, to order: [Int]) -> Double {
        weights[order[place - 1]][call] + weights[call][order[place]] - weights[order[place - 1]][order[place]]
    }

    private func improved(_ start: [Int]) -> [Int]? {
        var order = start
        while let better = neighbour(of: order) { order = better }
        return order
    }

    /// The first order one step away that weighs less by more than rounding.
    private func neighbour(of order: [Int]) -> [Int]? {
        let limit = weight(of: order) - 1e-9
        for first in 1..<(order.count - 1) {
            for end in first..<(order.count - 1) {
                var turned = order
                turned[first...end].reverse()
                if weight(of: turned) < limit { return turned }
                if end - first >= 3 { continue }
                var rest = order
                rest.removeSubrange(first...end)
                for place in 1..<rest.count {
                    var moved = rest
                    moved.insert(contentsOf: order[first...end], at: place)
                    if weight(of: moved) < limit { return moved }
                }
            }
        }
        return nil
    }
}
