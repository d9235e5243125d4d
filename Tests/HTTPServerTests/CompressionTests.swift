import Foundation
import HTTPServer
import TestPeers
import Testing

/// Bodies that are compressed for those who take that.
@Suite struct CompressionTests {
    private let listener: HTTPListener
    private static let text = String(repeating: "the same again, ", count: 1_000)

    init() throws {
        listener = try listening { request, reply in
            switch request.path {
            case "/small": reply.send(.text("small"))
            case "/image": reply.send(HTTPResponse(headers: ["Content-Type": "image/png"], body: Array(Self.text.utf8)))
            default: reply.send(.text(Self.text))
            }
        }
    }

    private func answer(_ path: String, _ encodings: String) -> (head: String, body: [UInt8]) {
        let peer = RawPeer(listener.port)
        peer.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\(encodings)\r\n")
        let head = peer.read(through: "\r\n\r\n")
        let length = head.split(separator: "Content-Length: ").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        return (head, peer.read(length) ?? [])
    }

    @Test(arguments: ["gzip", "br, gzip;q=0.5", "*", "GZIP"])
    func `text is compressed for a client that takes gzip`(_ encoding: String) throws {
        let (head, body) = answer("/", "Accept-Encoding: \(encoding)\r\n")
        #expect(head.contains("Content-Encoding: gzip\r\n"))
        #expect(head.contains("Vary: Accept-Encoding\r\n"))
        #expect(body.count < 1_000)
        #expect(body.prefix(3) == [0x1F, 0x8B, 8])
        let unpack = Process()
        unpack.executableURL = URL(fileURLWithPath: "/bin/gzip")
        unpack.arguments = ["-dc"]
        let (input, output) = (Pipe(), Pipe())
        (unpack.standardInput, unpack.standardOutput) = (input, output)
        try unpack.run()
        input.fileHandleForWriting.write(Data(body))
        try input.fileHandleForWriting.close()
        #expect(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == Self.text)
        unpack.waitUntilExit()
    }

    @Test(arguments: ["", "Accept-Encoding: br\r\n", "Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: gzip; q=0.0, *\r\n"])
    func `it is left as it is for one that does not, and says that it depends`(_ header: String) {
        let (head, body) = answer("/", header)
        #expect(!head.contains("Content-Encoding"))
        #expect(head.contains("Vary: Accept-Encoding\r\n"))
        #expect(body.count == Self.text.utf8.count)
    }

    @Test(arguments: ["/small", "/image"])
    func `what is small or no text is left as it is`(_ path: String) {
        let (head, _) = answer(path, "Accept-Encoding: gzip\r\n")
        #expect(!head.contains("Content-Encoding"))
        #expect(!head.contains("Vary"))
    }
}
