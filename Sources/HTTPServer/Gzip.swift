internal import CZlib

/// Compression of whole bodies for clients that ask for it (RFC 1952).
enum Gzip {
    /// The bytes compressed; `nil` where that would not make them fewer.
    static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count <= Int(UInt32.max) else { return nil }
        var stream = unsafe z_stream()
        // No wider a window than the body is long: setting one up costs more than compressing a small body.
        let window = Int32(min(max(Int.bitWidth - bytes.count.leadingZeroBitCount, 9), 15))
        // 16 more than the window asks for gzip's frame.
        let opened = unsafe deflateInit2_(
            &stream, level, Z_DEFLATED, window + 16, window > 12 ? 8 : 5, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard opened == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        let shrunk = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe Array<UInt8>(unsafeUninitializedCapacity: bytes.count) { target, count in
                // zlib does not write to what it reads from.
                unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                count = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END ? bytes.count - Int(stream.avail_out) : 0
            }
        }
        return shrunk.isEmpty ? nil : shrunk
    }

    /// Fast rather than small: the body is made and sent once.
    private static let level: Int32 = 2

    /// Whether that `Accept-Encoding` takes gzip (RFC 9110, 12.5.3).
    static func isAccepted(by header: String?) -> Bool {
        guard let header else { return false }
        var others = false
        for part in header.split(separator: ",") {
            let parameters = part.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            let isWanted = !parameters.dropFirst().contains { $0.hasPrefix("q=") && (Double($0.dropFirst(2)) ?? 0) == 0 }
            switch parameters.first {
            case "gzip", "x-gzip": return isWanted
            case "*": others = isWanted
            default: break
            }
        }
        return others
    }
}

extension HTTPResponse {
    /// The response as it goes to a client: compressed where it takes that and it helps, and saying that it depends on what the client takes.
    func encoded(gzip isAccepted: Bool, above threshold: Int) -> HTTPResponse {
        guard body.count > threshold, isText, headers["Content-Encoding"] == nil, status != 206 else { return self }
        var response = self
        response.headers.add("Vary", "Accept-Encoding")
        if isAccepted, let shrunk = Gzip.compressed(body) {
            response.body = shrunk
            response.headers["Content-Encoding"] = "gzip"
        }
        return response
    }

    /// Whether its media type is one that compression helps.
    private var isText: Bool {
        guard let header = headers["Content-Type"] else { return false }
        if header == "application/json" { return true }
        let type = header.prefix { $0 != ";" }.lowercased()
        return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml") || type.hasSuffix("javascript")
    }
}
