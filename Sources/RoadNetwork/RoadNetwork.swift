internal import Geodesy

/// Places and the segments between them, as they are now: what ways are looked for in.
///
/// A value: whoever keeps one changes it record by record, and may lend it to many searches. A change takes microseconds, a search
/// milliseconds at 100,000 places.
public struct RoadNetwork: Sendable {
    private var nodes: [String: Int32] = [:]
    private(set) var ids: [String] = []
    private(set) var places: [Place?] = []
    private var numbers: [String: Int32] = [:]
    private(set) var segments: [Segment] = []
    private(set) var graph = RoadGraph()

    /// An empty network.
    public init() {}

    /// How many places it has.
    public var placeCount: Int { places.count { $0 != nil } }

    /// How many segments it has.
    public var segmentCount: Int { numbers.count }

    /// The place of that id.
    public func place(_ id: String) -> Place? { nodes[id].flatMap { places[Int($0)] } }

    /// The segment of that id.
    public func segment(_ id: String) -> Segment? { numbers[id].map { segments[Int($0)] } }

    /// Takes a change in. One that says what is known already changes nothing.
    public mutating func apply(_ change: NetworkChange) {
        switch change {
        case .place(let place): set(place)
        case .segment(let segment): set(segment)
        case .removed(let id):
            if let number = numbers.removeValue(forKey: id) { graph.removeArc(number) }
            if let node = nodes[id], places[Int(node)] != nil {
                places[Int(node)] = nil
                graph.place(node, at: nil)
            }
        }
    }

    /// Whether it has been measured and nothing has undone it since.
    public var isSurveyed: Bool { graph.landmarks != nil }

    /// Measures the network, so that searches are led better: a tenth of the time in a large one. Takes a second at 100,000 places, and
    /// nothing where it was done and still holds. To be called once a network has been read, and now and then later on: a segment that
    /// is new or has become shorter undoes it; traffic and closures do not.
    public mutating func survey() {
        if graph.landmarks == nil { graph.survey() }
    }

    private mutating func set(_ place: Place) {
        let node = node(of: place.id)
        let isMoved = places[Int(node)]?.point != place.point
        places[Int(node)] = place
        if isMoved { graph.place(node, at: place.point) }
    }

    private mutating func set(_ segment: Segment) {
        if let number = numbers[segment.id] {
            let old = segments[Int(number)]
            if old == segment { return }
            if old.from == segment.from, old.to == segment.to {
                segments[Int(number)] = segment
                graph.change(number, to: arc(segment))
                return
            }
            graph.removeArc(number)
        }
        numbers[segment.id] = graph.addArc(arc(segment))
        segments.append(segment)
    }

    private mutating func arc(_ segment: Segment) -> RoadGraph.Arc {
        RoadGraph.Arc(
            from: node(of: segment.from), to: node(of: segment.to), miles: segment.distanceMiles, minutes: segment.durationMinutes,
            tollCents: segment.tollCents, traffic: UInt8(segment.traffic.rank), isRestricted: segment.restrictions != Restrictions(),
            isOpen: !segment.isClosed)
    }

    private mutating func node(of id: String) -> Int32 {
        if let node = nodes[id] { return node }
        let node = graph.addNode()
        nodes[id] = node
        ids.append(id)
        places.append(nil)
        return node
    }

    /// The node of a place that has segments or a position.
    func node(_ id: String) -> Int32? {
        nodes[id].flatMap { places[Int($0)] != nil || !graph.leaving[Int($0)].isEmpty || !graph.arriving[Int($0)].isEmpty ? $0 : nil }
    }

    /// The place next to a point among those that a segment leaves or reaches, and how far away it is in metres; `nil` where there is none.
    func closest(to point: GeoPoint) -> (node: Int32, meters: Double)? {
        let vector = SphereVector(point)
        var best: (node: Int32, chord: Double)?
        for node in graph.vectors.indices {
            guard let other = graph.vectors[node], !(graph.leaving[node].isEmpty && graph.arriving[node].isEmpty) else { continue }
            let chord = vector.chord(to: other)
            if chord < best?.chord ?? .infinity { best = (Int32(node), chord) }
        }
        return best.flatMap { best in places[Int(best.node)].map { (best.node, point.distance(to: $0.point)) } }
    }

    /// Ids near to one that is none, for messages.
    func suggestions() -> [String] { places.compactMap { $0?.id } }
}

/// One record of `tms.network`.
public enum NetworkChange: Hashable, Sendable {
    /// A place as it is now.
    case place(Place)
    /// A segment as it is now.
    case segment(Segment)
    /// The place or segment of that id is gone.
    case removed(String)
}
