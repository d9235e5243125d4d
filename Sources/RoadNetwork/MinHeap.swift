/// Nodes by the least key first: a four-way heap, in which a node may stand several times.
struct MinHeap {
    private var keys: [Double] = []
    private var nodes: [Int32] = []

    /// The least key, or infinity where there is none.
    var least: Double { keys.first ?? .infinity }

    mutating func insert(_ node: Int32, key: Double) {
        keys.append(key)
        nodes.append(node)
        var child = keys.count - 1
        while child > 0 {
            let parent = (child - 1) / 4
            if keys[parent] <= key { break }
            keys[child] = keys[parent]
            nodes[child] = nodes[parent]
            child = parent
        }
        keys[child] = key
        nodes[child] = node
    }

    mutating func removeLeast() -> (node: Int32, key: Double)? {
        guard let key = keys.first, let node = nodes.first, let last = keys.popLast(), let lastNode = nodes.popLast() else { return nil }
        if keys.isEmpty { return (node, key) }
        var parent = 0
        while true {
            let first = parent * 4 + 1
            if first >= keys.count { break }
            var child = first
            for other in (first + 1)..<max(first + 1, min(first + 4, keys.count)) where keys[other] < keys[child] { child = other }
            if keys[child] >= last { break }
            keys[parent] = keys[child]
            nodes[parent] = nodes[child]
            parent = child
        }
        keys[parent] = last
        nodes[parent] = lastNode
        return (node, key)
    }
}
