/// Which addresses a session connects to. Asked with the address that a name has come to, at each connection, so that a name which means
/// another address a moment later changes nothing.
public enum HTTPReach: Hashable, Sendable {
    /// Every address.
    case anywhere
    /// Addresses of the public internet alone, and no proxy of the environment: for URLs that others have given.
    case publicAddresses

    /// Whether it connects to an address of 4 bytes or 16, in network order.
    public func allows(_ address: [UInt8]) -> Bool {
        switch self {
        case .anywhere: true
        case .publicAddresses: HTTPReach.isPublic(address)
        }
    }

    /// Networks of IPv4 that are not of the public internet (IANA's special-purpose registry), each with the length of its prefix.
    private static let reserved: [(prefix: UInt32, length: UInt32)] = [
        (0x0000_0000, 8), (0x0a00_0000, 8), (0x6440_0000, 10), (0x7f00_0000, 8), (0xa9fe_0000, 16), (0xac10_0000, 12), (0xc000_0000, 24),
        (0xc000_0200, 24), (0xc058_6300, 24), (0xc0a8_0000, 16), (0xc612_0000, 15), (0xc633_6400, 24), (0xcb00_7100, 24),
        (0xe000_0000, 4), (0xf000_0000, 4),
    ]

    private static func isPublic(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4:
            let number = address.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return !reserved.contains { number >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
        case 16:
            // Addresses that hold one of IPv4 lead to that: mapped, compatible, translated, 6to4.
            if address.prefix(10).allSatisfy({ $0 == 0 }) { return address[10] == 0xff && address[11] == 0xff && isPublic(Array(address[12...])) }
            if address.starts(with: [0x00, 0x64, 0xff, 0x9b]) {
                return address[4..<12].allSatisfy { $0 == 0 } && isPublic(Array(address[12...]))
            }
            if address.starts(with: [0x20, 0x02]) { return isPublic(Array(address[2..<6])) }
            // Documentation, benchmarks, Teredo and other protocol assignments, all below 2000::/3.
            if address.starts(with: [0x20, 0x01, 0x0d, 0xb8]) || address.starts(with: [0x20, 0x01]) && address[2] < 0x02 { return false }
            if address.starts(with: [0x3f, 0xff]) && address[2] < 0x10 { return false }
            // Everything that is global unicast lies there; local, link-local and multicast addresses do not.
            return address[0] & 0xe0 == 0x20
        default: return false
        }
    }
}
