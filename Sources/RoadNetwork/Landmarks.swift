/// How far every node is from a few far-off ones, and back: what bounds a way's weight from below much better than the straight line does.
///
/// ALT (Goldberg and Harrelson, "Computing the shortest path: A* search meets graph theory", 2005). Miles and minutes are kept apart, in low
/// traffic and over closed segments too, so that the bounds hold for every tariff, vehicle and traffic; only a segment that is new or has
/// become shorter makes them wrong.
struct Landmarks: Sendable {
    private static let count = 8

    /// One measure: of each node, of each landmark, how far from it and how far to it; infinite where there is no way.
    struct Table: Sendable {
        private(set) var values: [Double]
        private static let stride = count * 2

        init(nodes: Int) { values = Array(repeating: .infinity, count: nodes * Table.stride) }

        mutating func set(_ landmark: Int, isOutward: Bool, _ reached: [Double]) {
            for node in reached.indices { values[node * Table.stride + landmark * 2 + (isOutward ? 0 : 1)] = reached[node] }
        }

        /// How far a node is from the nearest of the first so many landmarks.
        func nearest(to node: Int, of landmarks: Int) -> Double { (0..<landmarks).map { values[node * Table.stride + $0 * 2] }.min() ?? 0 }

        /// At least how far it is from one node to another; infinite where there is no way.
        func bound(from: Int, to: Int) -> Double {
            var bound = 0.0
            let (a, b) = (from * Table.stride, to * Table.stride)
            for index in Swift.stride(from: 0, to: Table.stride, by: 2) {
                // The triangle inequality, over a landmark before both and over one behind both. Infinite less infinite is no number, and
                // bounds nothing.
                bound = max(bound, values[b + index] - values[a + index])
                bound = max(bound, values[a + index + 1] - values[b + index + 1])
            }
            return bound
        }
    }

    private(set) var miles: Table
    private(set) var minutes: Table

    /// Takes thirty-odd searches through the whole graph.
    init(_ graph: RoadGraph) {
        let nodes = graph.vectors.count
        (miles, minutes) = (Table(nodes: nodes), Table(nodes: nodes))
        for landmark in 0..<Landmarks.count {
            guard let node = farthest(from: landmark, graph) else { return }
            for isOutward in [true, false] {
                miles.set(landmark, isOutward: isOutward, graph.weights(from: node, isOutward: isOutward) { $0.miles })
                minutes.set(landmark, isOutward: isOutward, graph.weights(from: node, isOutward: isOutward) { $0.minutes })
            }
        }
    }

    /// The node that is farthest from the landmarks there are; the first is one far from some node with segments.
    private func farthest(from landmarks: Int, _ graph: RoadGraph) -> Int32? {
        let reached: [Double]
        if landmarks == 0 {
            guard let start = graph.leaving.firstIndex(where: { !$0.isEmpty }) else { return nil }
            reached = graph.weights(from: Int32(start), isOutward: true) { $0.miles }
        } else {
            reached = graph.vectors.indices.map { miles.nearest(to: $0, of: landmarks) }
        }
        var best: (node: Int32, miles: Double)?
        for node in reached.indices where reached[node].isFinite && reached[node] > best?.miles ?? 0 { best = (Int32(node), reached[node]) }
        return best?.node
    }
}

extension RoadGraph {
    /// The least sums of a measure over all arcs, closed ones too, from a node to each, or from each to it; infinite where there is no way.
    func weights(from node: Int32, isOutward: Bool, _ measure: (Arc) -> Double) -> [Double] {
        var weights = Array(repeating: Double.infinity, count: vectors.count)
        weights[Int(node)] = 0
        var heap = MinHeap()
        heap.insert(node, key: 0)
        while let (node, key) = heap.removeLeast() {
            if key > weights[Int(node)] { continue }
            for number in isOutward ? leaving[Int(node)] : arriving[Int(node)] {
                let arc = arcs[Int(number)]
                let (next, whole) = (isOutward ? arc.to : arc.from, key + measure(arc))
                if whole < weights[Int(next)] {
                    weights[Int(next)] = whole
                    heap.insert(next, key: whole)
                }
            }
        }
        return weights
    }
}
