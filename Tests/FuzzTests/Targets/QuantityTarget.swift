import StreamCore

extension FuzzTarget {
    /// A duration and a size in bytes: one that was read has a text of its own that means the same.
    static func quantity(_ bytes: UnsafeRawBufferPointer) throws {
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        if let duration = Duration(text: text) {
            try require(Duration(text: duration.text) == duration, "\(text) becomes \(duration.text)")
            _ = EventTime.Span(duration).duration
        }
        if let size = Int(byteSize: text) {
            try require(size >= 0 && Int(byteSize: size.byteSize) == size, "\(text) becomes \(size.byteSize)")
        }
    }
}
