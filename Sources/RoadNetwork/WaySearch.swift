/// Looks for the lightest way between two nodes, from both ends at once, each led towards the other by the compass: bidirectional A*.
struct WaySearch {
    let graph: RoadGraph
    let tariff: Tariff
    /// Whether an arc may be used beside being open.
    let admits: (Int32) -> Bool

    /// The arcs of the lightest way from one node to another, in order; empty where they are one node, `nil` where there is no way.
    func arcs(from origin: Int32, to destination: Int32) -> [Int32]? {
        if origin == destination { return [] }
        let compass = Compass(graph, tariff, from: origin, to: destination)
        guard let start = compass.potential(origin), let end = compass.potential(destination) else { return nil }
        var ahead = Side(from: origin, of: graph.vectors.count, key: start)
        var back = Side(from: destination, of: graph.vectors.count, key: -end)
        var best = Double.infinity
        var meeting: Int32?
        while ahead.heap.least + back.heap.least < best {
            if ahead.heap.least <= back.heap.least {
                guard let node = ahead.settleNext() else { break }
                for number in graph.leaving[Int(node)] {
                    let arc = graph.arcs[Int(number)]
                    guard arc.isOpen, admits(number), ahead.improve(arc.to, by: number, weight(arc), after: node),
                        let potential = compass.potential(arc.to)
                    else { continue }
                    ahead.heap.insert(arc.to, key: ahead.weights[Int(arc.to)] + potential)
                    note(arc.to, ahead, back, &best, &meeting)
                }
            } else {
                guard let node = back.settleNext() else { break }
                for number in graph.arriving[Int(node)] {
                    let arc = graph.arcs[Int(number)]
                    guard arc.isOpen, admits(number), back.improve(arc.from, by: number, weight(arc), after: node),
                        let potential = compass.potential(arc.from)
                    else { continue }
                    back.heap.insert(arc.from, key: back.weights[Int(arc.from)] - potential)
                    note(arc.from, ahead, back, &best, &meeting)
                }
            }
        }
        guard let meeting else { return nil }
        return way(through: meeting, ahead, back)
    }

    /// The weights of the lightest ways from one node to each of several; infinite where there is none. One search for all of them.
    func weights(from origin: Int32, to targets: [Int32]) -> [Double] {
        var side = Side(from: origin, of: graph.vectors.count, key: 0)
        var missing = Set(targets)
        while !missing.isEmpty, let node = side.settleNext() {
            missing.remove(node)
            for number in graph.leaving[Int(node)] {
                let arc = graph.arcs[Int(number)]
                guard arc.isOpen, admits(number), side.improve(arc.to, by: number, weight(arc), after: node) else { continue }
                side.heap.insert(arc.to, key: side.weights[Int(arc.to)])
            }
        }
        return targets.map { side.weights[Int($0)] }
    }

    /// A weight of nothing would let ways run in circles for free.
    private func weight(_ arc: RoadGraph.Arc) -> Double { max(tariff.weight(arc), 1e-9) }

    private func note(_ node: Int32, _ ahead: borrowing Side, _ back: borrowing Side, _ best: inout Double, _ meeting: inout Int32?) {
        let whole = ahead.weights[Int(node)] + back.weights[Int(node)]
        if whole < best { (best, meeting) = (whole, node) }
    }

    private func way(through meeting: Int32, _ ahead: Side, _ back: Side) -> [Int32] {
        var arcs: [Int32] = []
        var node = meeting
        while let number = ahead.arc(to: node) {
            arcs.append(number)
            node = graph.arcs[Int(number)].from
        }
        arcs.reverse()
        node = meeting
        while let number = back.arc(to: node) {
            arcs.append(number)
            node = graph.arcs[Int(number)].to
        }
        return arcs
    }
}

/// How far one end of a search has come.
private struct Side {
    var heap = MinHeap()
    /// The least weight known of each node from this end.
    private(set) var weights: [Double]
    private var over: [Int32]
    private var isSettled: [Bool]

    init(from node: Int32, of count: Int, key: Double) {
        weights = Array(repeating: .infinity, count: count)
        over = Array(repeating: -1, count: count)
        isSettled = Array(repeating: false, count: count)
        weights[Int(node)] = 0
        heap.insert(node, key: key)
    }

    mutating func settleNext() -> Int32? {
        while let (node, _) = heap.removeLeast() {
            if isSettled[Int(node)] { continue }
            isSettled[Int(node)] = true
            return node
        }
        return nil
    }

    mutating func improve(_ node: Int32, by arc: Int32, _ weight: Double, after previous: Int32) -> Bool {
        let whole = weights[Int(previous)] + weight
        guard whole < weights[Int(node)] else { return false }
        weights[Int(node)] = whole
        over[Int(node)] = arc
        return true
    }

    /// The arc over which a node was reached; none for the end itself.
    func arc(to node: Int32) -> Int32? { over[Int(node)] < 0 ? nil : over[Int(node)] }
}
