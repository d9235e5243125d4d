/// Where the process listens: a host and a port, written `127.0.0.1:8080`, `[::1]:8080` or `:8080` for every address of the machine.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// An address or name of this machine, without brackets; `::` is every address.
    public let host: String
    /// The port; 0 lets the system choose one.
    public let port: Int

    /// The address of those parts.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// The address that a text means; `nil` where it lacks a port or its host holds what no host does.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".:-%_".contains($0)) }) else { return nil }
        self.init(host: host.isEmpty ? "::" : String(host), port: Int(port))
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber }
    }

    /// Whether it is every address of the machine, so nothing that others could connect to.
    public var isWildcard: Bool { host == "::" || host == "0.0.0.0" }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
