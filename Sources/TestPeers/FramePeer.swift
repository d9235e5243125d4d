/// A WebSocket client that says exactly the frames it is told to: what no library would send.
public struct FramePeer {
    /// A frame as it arrived.
    public struct Frame: Equatable, Sendable {
        /// 1 text, 8 close, 9 ping, 10 pong.
        public let opcode: UInt8
        /// What it carries.
        public let payload: [UInt8]

        /// A frame of those parts.
        public init(opcode: UInt8, payload: [UInt8]) {
            self.opcode = opcode
            self.payload = payload
        }

        /// The payload as text.
        public var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a closing frame.
        public var closeCode: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    /// The connection under it.
    public let peer: RawPeer
    private let server: AnyObject
    /// The answer to the upgrade, up to its empty line.
    public let answer: String

    /// Asks the server that listens at that port, and is kept as long as the peer, for an upgrade, with those header lines beside the usual ones.
    public init(_ server: AnyObject, at port: Int, path: String = "/ws", headers: String = "") {
        self.server = server
        peer = RawPeer(port)
        peer.send(
            "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)\r\n")
        answer = peer.read(through: "\r\n\r\n")
    }

    /// Sends one frame, masked as a client must.
    public func send(_ opcode: UInt8, _ payload: [UInt8], isLast: Bool = true, isMasked: Bool = true) {
        var bytes: [UInt8] = [(isLast ? 0x80 : 0) | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: bytes.append(mask | UInt8(payload.count))
        case ..<65_536: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        let key: [UInt8] = [1, 2, 3, 4]
        bytes += isMasked ? key + payload.enumerated().map { $1 ^ key[$0 % 4] } : payload
        peer.send(bytes)
    }

    /// Sends a text message in one frame.
    public func send(_ text: String) { send(1, Array(text.utf8)) }

    /// The next frame; `nil` when the server ends first.
    public func read() -> Frame? {
        guard let head = peer.read(2) else { return nil }
        var length = Int(head[1] & 0x7F)
        if length >= 126 {
            guard let more = peer.read(length == 126 ? 2 : 8) else { return nil }
            length = more.reduce(0) { $0 << 8 | Int($1) }
        }
        return peer.read(length).map { Frame(opcode: head[0] & 0x0F, payload: $0) }
    }
}
