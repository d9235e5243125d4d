#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif
internal import Geodesy

/// A stretch on which the truck leaves its way to one side and comes back to it: `height · sin²` over the stretch, so without a corner.
struct Detour: Sendable {
    let start: Double
    private let length: Double
    private let height: Double

    init(start: Double, length: Double, height: Double) {
        self.start = start
        self.length = length
        self.height = height
    }

    /// Where it has come back.
    var end: Double { start + length }

    /// Whether that point of the way lies on it.
    func contains(_ travelled: Double) -> Bool { travelled > start && travelled < end }

    /// Metres off the way there, to the left where positive.
    func aside(at travelled: Double) -> Double {
        guard contains(travelled) else { return 0 }
        let wave = sin(.pi * (travelled - start) / length)
        return height * wave * wave
    }

    /// Metres it gains sideways for a metre ahead.
    func slope(at travelled: Double) -> Double {
        guard contains(travelled) else { return 0 }
        return height * .pi / length * sin(2 * .pi * (travelled - start) / length)
    }

    /// The detours of one trip, in order, none within sight of its ends. Some stay inside the corridor: nothing is to be said of those.
    static func drawn(along total: Double, settings: SimulationSettings, using random: inout SeededGenerator) -> [Detour] {
        guard settings.detoursPer1000Miles > 0 else { return [] }
        let mean = 1_000 * Earth.metersPerMile / settings.detoursPer1000Miles
        var detours: [Detour] = []
        var at = clearOfEnds + random.exponential(mean: mean)
        while true {
            let length = random.number(in: 8_000...40_000)
            guard at + length < total - clearOfEnds else { return detours }
            let side = random.chance(0.5) ? 1.0 : -1.0
            let inside = random.chance(settings.shallowDetourShare)
            let height = inside ? settings.corridorMeters * random.number(in: 0.3...0.9) : random.number(in: 800...6_000)
            detours.append(Detour(start: at, length: length, height: side * height))
            at += length + 2_000 + random.exponential(mean: mean)
        }
    }

    private static let clearOfEnds = 10_000.0
}
