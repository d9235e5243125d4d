import HTTPClient
import HTTPServer
import Testing

@Suite struct ReachTests {
    private func bytes(_ text: String) -> [UInt8] {
        if !text.contains(":") { return text.split(separator: ".").compactMap { UInt8($0) } }
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups = halves.map(String.init)
        if let gap = groups.firstIndex(of: ""), text.contains("::") {
            groups.removeAll { $0.isEmpty }
            groups.insert(contentsOf: [String](repeating: "0", count: 8 - groups.count), at: min(gap, groups.count))
        }
        return groups.flatMap { group -> [UInt8] in
            let number = UInt16(group, radix: 16) ?? 0
            return [UInt8(number >> 8), UInt8(number & 0xff)]
        }
    }

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.2.1", "192.168.1.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
        "fd12::1", "ff02::1", "::ffff:7f00:1", "::ffff:a00:1", "::7f00:1", "64:ff9b::7f00:1", "2002:a00:1::1", "2001:db8::1", "2001::1",
        "fec0::1", "100::1",
    ]) func `an address that only this machine or its network reaches is refused`(address: String) {
        #expect(!HTTPReach.publicAddresses.allows(bytes(address)))
        #expect(HTTPReach.anywhere.allows(bytes(address)))
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:808:808", "64:ff9b::808:808",
    ])
    func `an address of the public internet is reached`(address: String) {
        #expect(HTTPReach.publicAddresses.allows(bytes(address)))
    }

    @Test func `what is no address is refused`() {
        #expect(!HTTPReach.publicAddresses.allows([]))
        #expect(!HTTPReach.publicAddresses.allows([1, 2, 3]))
    }

    @Test(arguments: ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]"])
    func `a session that reaches public addresses alone makes no connection here, however the address is written`(host: String) throws {
        let listener = try HTTPListener(settings: HTTPServerSettings(port: 0)) { _, reply in reply.send(.text("reached")) }
        defer { listener.stop(within: .seconds(1)) }
        let session = HTTPSession(reach: .publicAddresses)
        let failure = #expect(throws: HTTPClientFailure.self) {
            try session.send(HTTPClientRequest("GET", "http://\(host):\(listener.port)/"))
        }
        #expect(failure?.kind == .forbidden)
        #expect(listener.counts.accepted == 0)
    }
}
