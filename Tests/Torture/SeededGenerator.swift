/// Random numbers that a seed repeats: SplitMix64.
struct SeededGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func bits() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    mutating func unit() -> Double { Double(bits() >> 11) * 0x1p-53 }

    /// A whole number of that range.
    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(bits().multipliedFullWidth(by: UInt64(range.count)).high)
    }

    /// A span of that range, in milliseconds.
    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .microseconds(integer(in: range.lowerBound * 1_000...range.upperBound * 1_000))
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[integer(in: 0...choices.count - 1)] }
}
