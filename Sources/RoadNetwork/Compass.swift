internal import Geodesy

/// What leads a search from both ends: half of how much nearer a node is to the one end than to the other, as the least it can weigh.
///
/// The bounds are the landmarks' where there are any, else the straight line's. Averaged, they lead both ends alike and keep the search exact
/// (Ikeda et al., "A fast algorithm for finding better routes by AI search techniques", 1994).
struct Compass {
    private enum Bound {
        /// Nothing is known that bounds a way: the search is Dijkstra's.
        case nothing
        /// A weight for each radian of the chord between two places.
        case chord(Double, [SphereVector?], from: SphereVector, to: SphereVector)
        case landmarks(Landmarks, mile: Double, minute: Double)
    }

    private let origin: Int
    private let destination: Int
    private let bound: Bound

    init(_ graph: RoadGraph, _ tariff: Tariff, from origin: Int32, to destination: Int32) {
        (self.origin, self.destination) = (Int(origin), Int(destination))
        let (mile, minute) = tariff.least
        if let landmarks = graph.landmarks {
            bound = .landmarks(landmarks, mile: mile, minute: minute)
        } else if graph.unplaced.isEmpty, let from = graph.vectors[Int(origin)], let to = graph.vectors[Int(destination)],
            graph.milesPerChord.isFinite
        {
            bound = .chord(graph.milesPerChord * mile + graph.minutesPerChord * minute, graph.vectors, from: from, to: to)
        } else {
            bound = .nothing
        }
    }

    /// What is added to a node's weight from the origin, and taken from its weight from the destination. `nil` for a node that no way between
    /// the two can go through.
    func potential(_ node: Int32) -> Double? {
        switch bound {
        case .nothing: return 0
        case .chord(let weight, let vectors, let from, let to):
            guard let vector = vectors[Int(node)] else { return 0 }
            return (vector.chord(to: to) - vector.chord(to: from)) * weight / 2
        case .landmarks(let landmarks, let mile, let minute):
            var (ahead, behind) = (0.0, 0.0)
            if mile > 0 {
                ahead += landmarks.miles.bound(from: Int(node), to: destination) * mile
                behind += landmarks.miles.bound(from: origin, to: Int(node)) * mile
            }
            if minute > 0 {
                ahead += landmarks.minutes.bound(from: Int(node), to: destination) * minute
                behind += landmarks.minutes.bound(from: origin, to: Int(node)) * minute
            }
            return ahead.isFinite && behind.isFinite ? (ahead - behind) / 2 : nil
        }
    }
}

extension Tariff {
    /// The least that a mile and a minute weigh, whatever the traffic.
    fileprivate var least: (mile: Double, minute: Double) {
        (mile * min(1, rates.burn.min() ?? 1), minute * min(1, rates.delay.min() ?? 1))
    }
}
