internal import Geodesy

/// The network as numbers: what searching reads. Nodes and arcs keep their numbers for good; what is gone has no arcs.
struct RoadGraph {
    /// A segment as searching sees it.
    struct Arc {
        let from: Int32
        let to: Int32
        var miles: Double
        var minutes: Double
        var tollCents: Int64
        var traffic: UInt8
        /// Whether something is to be asked before it is used: restrictions.
        var isRestricted: Bool
        var isOpen: Bool
    }

    private(set) var arcs: [Arc] = []
    private(set) var leaving: [[Int32]] = []
    private(set) var arriving: [[Int32]] = []
    /// Each node's place on the unit sphere; `nil` while nothing says where it is.
    private(set) var vectors: [SphereVector?] = []
    /// The least miles and the least minutes that any arc has taken for a radian of the sphere's chord: what bounds a search from below.
    private(set) var milesPerChord = Double.infinity
    private(set) var minutesPerChord = Double.infinity
    /// Nodes that have arcs and of which nobody knows where they are; while there are any, the straight line bounds nothing.
    private(set) var unplaced: Set<Int32> = []

    /// What leads searches further than the straight line does, while it holds.
    private(set) var landmarks: Landmarks?

    mutating func survey() { landmarks = Landmarks(self) }

    mutating func addNode() -> Int32 {
        landmarks = nil
        leaving.append([])
        arriving.append([])
        vectors.append(nil)
        return Int32(vectors.count - 1)
    }

    mutating func place(_ node: Int32, at point: GeoPoint?) {
        vectors[Int(node)] = point.map { SphereVector($0) }
        noteArcs(of: node)
    }

    mutating func addArc(_ arc: Arc) -> Int32 {
        landmarks = nil
        let number = Int32(arcs.count)
        arcs.append(arc)
        leaving[Int(arc.from)].append(number)
        arriving[Int(arc.to)].append(number)
        noteArcs(of: arc.from)
        noteArcs(of: arc.to)
        return number
    }

    /// Changes what an arc takes; its ends stay.
    mutating func change(_ number: Int32, to arc: Arc) {
        if arc.miles < arcs[Int(number)].miles || arc.minutes < arcs[Int(number)].minutes { landmarks = nil }
        arcs[Int(number)] = arc
        note(arc)
    }

    mutating func removeArc(_ number: Int32) {
        let arc = arcs[Int(number)]
        arcs[Int(number)].isOpen = false
        leaving[Int(arc.from)].removeAll { $0 == number }
        arriving[Int(arc.to)].removeAll { $0 == number }
        noteArcs(of: arc.from)
        noteArcs(of: arc.to)
    }

    private mutating func noteArcs(of node: Int32) {
        let numbers = leaving[Int(node)] + arriving[Int(node)]
        if vectors[Int(node)] == nil, !numbers.isEmpty { unplaced.insert(node) } else { unplaced.remove(node) }
        for number in numbers { note(arcs[Int(number)]) }
    }

    private mutating func note(_ arc: Arc) {
        guard let from = vectors[Int(arc.from)], let to = vectors[Int(arc.to)] else { return }
        let chord = from.chord(to: to)
        if chord == 0 { return }
        milesPerChord = min(milesPerChord, arc.miles / chord)
        minutesPerChord = min(minutesPerChord, arc.minutes / chord)
    }
}
