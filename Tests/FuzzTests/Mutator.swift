import StreamTesting

/// Makes inputs out of inputs, the same ones for the same seed.
struct Mutator {
    private let inputs: [[UInt8]]
    private let longest: Int
    private var random: SeededGenerator

    init(_ inputs: [[UInt8]], upTo longest: Int, seed: UInt64) {
        self.inputs = inputs
        self.longest = longest
        random = SeededGenerator(seed: seed)
    }

    /// An input with one to four changes: bytes set, flipped, taken out, put in, doubled, cut off, or taken over from another input.
    mutating func next() -> [UInt8] {
        var bytes = inputs.randomElement(using: &random) ?? []
        for _ in 0...Int.random(in: 0...3, using: &random) { change(&bytes) }
        return Array(bytes.prefix(longest))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 1...8, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0: if at < bytes.count { bytes[at] = [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0 }
        case 1: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 2: bytes.removeSubrange(at..<end)
        case 3: bytes.insert(contentsOf: random.bytes(end - at + 1), at: at)
        case 4: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 5: bytes.removeSubrange(at...)
        default:
            let other = inputs.randomElement(using: &random) ?? []
            bytes.replaceSubrange(at..<end, with: other.dropFirst(at).prefix(16))
        }
    }
}
