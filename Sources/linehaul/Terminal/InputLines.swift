internal import Glibc

/// Reads a file in pieces of whole lines.
struct InputLines {
    private let file: Int32
    private var rest: [UInt8] = []
    private var isAtEnd = false
    private static let readBytes = 256 << 10

    /// Lines of an open file, which stays the caller's.
    init(file: Int32) { self.file = file }

    /// The next lines, about `limit` bytes of them and at least one, with how many they are; `nil` at the end. What there is goes at once
    /// where the writer pauses, so that a slow pipe is not held back.
    mutating func next(upTo limit: Int) throws(CommandFailure) -> (bytes: [UInt8], lines: Int)? {
        while !isAtEnd {
            if let cut = rest.lastIndex(of: UInt8(ascii: "\n")) {
                let isFull = rest.count >= limit
                if isFull || !hasMore { return take(upTo: cut < limit ? cut + 1 : boundary(below: limit, last: cut)) }
            }
            try fill()
        }
        return rest.isEmpty ? nil : take(upTo: rest.count <= limit ? rest.count : boundary(below: limit, last: rest.count - 1))
    }

    /// After the last line that ends below `limit`, or after the first one.
    private func boundary(below limit: Int, last: Int) -> Int {
        let newline = UInt8(ascii: "\n")
        if let cut = rest[..<min(limit, rest.count)].lastIndex(of: newline) { return cut + 1 }
        return (rest.firstIndex(of: newline) ?? last) + 1
    }

    private mutating func take(upTo end: Int) -> (bytes: [UInt8], lines: Int) {
        let bytes = Array(rest[..<end])
        rest.removeSubrange(..<end)
        let breaks = InputLines.breaks(in: bytes)
        return (bytes, bytes.last == UInt8(ascii: "\n") ? breaks : breaks + 1)
    }

    private static func breaks(in bytes: [UInt8]) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress else { return 0 }
            var (count, start) = (0, 0)
            while start < bytes.count, let found = unsafe memchr(first + start, 0x0a, bytes.count - start) {
                count += 1
                start = unsafe UnsafeRawPointer(found) - first + 1
            }
            return count
        }
    }

    /// Whether a read would return at once.
    private var hasMore: Bool {
        var wish = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&wish, 1, 0) > 0
    }

    private mutating func fill() throws(CommandFailure) {
        let before = rest.count
        rest.append(contentsOf: repeatElement(0, count: InputLines.readBytes))
        var count: Int
        repeat {
            count = unsafe rest.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress?.advanced(by: before), InputLines.readBytes) }
        } while count < 0 && errno == EINTR
        rest.removeSubrange((before + max(0, count))...)
        if count < 0 { throw CommandFailure("reading the input: \(unsafe String(cString: strerror(errno)))") }
        if count == 0 { isAtEnd = true }
    }
}
