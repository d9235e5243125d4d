internal import Glibc

/// Finds ports of the loopback address that nobody listens on.
public enum FreePorts {
    /// The first of `count` free ports in a row, below those that the system gives to outgoing connections.
    public static func first(of count: Int) -> Int {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            let start = Int.random(in: 12_000..<32_000 - count, using: &generator)
            if (start..<start + count).allSatisfy(isFree) { return start }
        }
        return 12_000
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
