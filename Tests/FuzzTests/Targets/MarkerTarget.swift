import KeyedState
import StreamCore

extension FuzzTarget {
    /// A marker: one that was read reads the same from its own form, of which nothing may be left, and which is no longer than what it was
    /// read from; version 2 says with one byte more that a stage writes into no target.
    static func marker(_ bytes: UnsafeRawBufferPointer) throws {
        guard let marker = try? Marker(unsafe Array(bytes)) else { return }
        try require(try Marker(marker.bytes) == marker, "a marker that its own form changes")
        try require((try? Marker(marker.bytes + [0])) == nil, "a marker with a byte too many is taken")
        let longest = bytes.count + (unsafe bytes.first == 1 ? 1 : 0)
        try require(marker.bytes.count <= longest, "a marker of \(bytes.count) bytes is written in \(marker.bytes.count)")
    }
}
