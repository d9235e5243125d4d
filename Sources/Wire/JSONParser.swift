internal import CSimdJSON
public import StreamCore

/// Reads JSON documents in place: one pass each, no values in between. Keep one per task; it is not for two threads at once.
///
/// A document is refused as a whole when any part of it, wanted or not, is not JSON (RFC 8259): text that is cut off or goes on after its
/// end, bytes that are not UTF-8, half surrogate pairs, nesting of more than 256 levels. Of members with equal names the last one counts.
@safe public final class JSONParser {
    // SAFETY: owned alone and freed in `deinit`; the class is not Sendable, so no two threads share it.
    private let parser: OpaquePointer
    private var fields: UnsafeMutableBufferPointer<lh_json_field>

    /// A parser. Its memory grows with the largest document it has seen.
    public init() {
        guard let created = unsafe lh_json_parser_create() else { preconditionFailure("no memory for a JSON parser") }
        unsafe parser = created
        unsafe fields = .allocate(capacity: 16)
    }

    deinit {
        unsafe lh_json_parser_free(parser)
        unsafe fields.deallocate()
    }

    /// Lends the wanted fields of the document `bytes` to `body`. At least 64 bytes behind `bytes` must be readable, as they are behind
    /// the values that a `RecordBatch` lends; `withPadding` makes it so for other bytes.
    public func project<Result>(
        _ projection: JSONProjection, _ bytes: UnsafeRawBufferPointer,
        _ body: (borrowing JSONFields) throws(DecodeFailure) -> Result
    ) throws(DecodeFailure) -> Result {
        let wanted = projection.paths.count
        if unsafe wanted > fields.count {
            unsafe fields.deallocate()
            unsafe fields = .allocate(capacity: wanted)
        }
        let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let failure = unsafe lh_json_project(parser, projection.trie.projection, text, bytes.count, fields.baseAddress)
        if let reason = unsafe failure.reason { throw unsafe JSONParser.failure(reason, at: failure.position) }
        // Bound before it is lent: Swift 6.3's cross-module optimiser aborts on a noncopyable temporary that is borrowed.
        let found = unsafe JSONFields(UnsafeBufferPointer(rebasing: fields[..<wanted]))
        return try body(found)
    }

    /// The whole document as a value. The same padding must be readable behind `bytes`.
    public func tree(_ bytes: UnsafeRawBufferPointer) throws(DecodeFailure) -> JSON {
        var nodes: UnsafePointer<lh_json_field>?
        var count = 0
        let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let failure = unsafe lh_json_tree(parser, text, bytes.count, &nodes, &count)
        if let reason = unsafe failure.reason { throw unsafe JSONParser.failure(reason, at: failure.position) }
        var next = 0
        return unsafe JSON(UnsafeBufferPointer(start: nodes, count: count), &next)
    }

    /// Lends a copy of `bytes` with the padding that `project` and `tree` need behind it. For tools and tests; records need no copy.
    public static func withPadding<Result, Failure: Error>(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var padded: [UInt8] = []
        padded.reserveCapacity(bytes.count + BatchFormat.padding)
        unsafe padded.append(contentsOf: bytes)
        padded.append(contentsOf: repeatElement(0, count: BatchFormat.padding))
        return try unsafe padded.withUnsafeBufferPointer { pointer throws(Failure) -> Result in
            try unsafe body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(pointer)[..<bytes.count]))
        }
    }

    private static func failure(_ reason: UnsafePointer<CChar>, at position: Int) -> DecodeFailure {
        DecodeFailure("not JSON: \(unsafe String(cString: reason)), at byte \(position)")
    }
}
