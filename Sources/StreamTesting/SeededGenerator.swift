/// Random numbers that a seed repeats: SplitMix64. What property tests draw from, so that a failure names the seed that shows it again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The generator of that seed.
    public init(seed: UInt64) {
        state = seed
        // Neighbouring seeds must not give one sequence shifted by one.
        state = next() ^ seed << 32
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// True with that probability.
    public mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

    /// That many random bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }
}

/// Elements in another order, each at most `distance` places ahead of one that stood before it.
public func displaced<Element>(_ elements: [Element], by distance: Int, using random: inout SeededGenerator) -> [Element] {
    let keys = elements.indices.map { $0 + Int.random(in: 0...max(0, distance), using: &random) }
    return elements.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { elements[$0] }
}
