@testable import HTTPServer

extension FuzzTarget {
    /// A request's target: path and query are parts of it, and a query written anew, every byte encoded, says the same.
    static func httpTarget(_ bytes: UnsafeRawBufferPointer) throws {
        let target = unsafe String(decoding: bytes, as: UTF8.self)
        let parts = TargetParts(target)
        try require(target.utf8.count >= parts.path.utf8.count + parts.query.utf8.count, "parts larger than the whole")
        try require(!parts.path.utf8.contains(UInt8(ascii: "?")), "a path that holds its query")
        try require(!parts.query.utf8.contains(UInt8(ascii: "#")) && !parts.path.utf8.contains(UInt8(ascii: "#")), "a fragment is kept")
        try require(percentDecoded(encoded(percentDecoded(parts.path))[...]) == percentDecoded(parts.path), "a path that encoding changes")
        let query = HTTPQuery(parts.query)
        let again = HTTPQuery(query.items.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&"))
        try require(again == query, "a query that encoding changes")
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { "%" + (String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)) }.joined()
    }
}
