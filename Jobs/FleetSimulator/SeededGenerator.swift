#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Random numbers that a seed repeats for ever: xoshiro256** (Blackman and Vigna), its state filled by SplitMix64.
///
/// The standard library's `random(in:using:)` may map bits to values differently from one toolchain to the next; these draws do not.
struct SeededGenerator: Sendable {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    /// The generator of one actor: the same seed and stream draw the same numbers, whatever other actors draw.
    init(seed: UInt64, stream: UInt64) {
        var state = seed &+ SeededGenerator.mixed(stream &+ 0x9e37_79b9_7f4a_7c15)
        func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            return SeededGenerator.mixed(state)
        }
        a = next()
        b = next()
        c = next()
        d = next()
    }

    /// 64 random bits.
    mutating func bits() -> UInt64 {
        let result = rotated(b &* 5, 7) &* 9
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = rotated(d, 45)
        return result
    }

    /// A number from 0 up to, not including, 1.
    mutating func unit() -> Double { Double(bits() >> 11) * 0x1p-53 }

    /// A number of that range.
    mutating func number(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// A whole number of that range, each as likely as the others.
    mutating func integer(in range: ClosedRange<Int>) -> Int {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int(bits().multipliedFullWidth(by: width).high)
    }

    /// True with that probability.
    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// The wait for the next event of a Poisson process with that mean wait.
    mutating func exponential(mean: Double) -> Double { -mean * log(1 - unit()) }

    /// One of the elements, which must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[integer(in: 0...(elements.count - 1))] }

    private func rotated(_ x: UInt64, _ by: UInt64) -> UInt64 { (x << by) | (x >> (64 - by)) }

    private static func mixed(_ x: UInt64) -> UInt64 {
        var z = x
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
