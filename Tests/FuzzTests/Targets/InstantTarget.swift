import StreamCore

extension FuzzTarget {
    /// An instant as text: read in place or as a string it is the same one, and its own text means it again, written either way.
    static func instant(_ bytes: UnsafeRawBufferPointer) throws {
        let inPlace = unsafe EventTime(rfc3339: bytes)
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        try require(EventTime(rfc3339: text) == inPlace, "read in place it is \(String(describing: inPlace))")
        if bytes.count >= 8 { try comesBack(EventTime(microseconds: unsafe bytes.loadUnaligned(as: Int64.self))) }
        if let inPlace { try comesBack(inPlace) }
    }

    private static func comesBack(_ time: EventTime) throws {
        var writer = ByteWriter()
        writer.rfc3339(time)
        try require(writer.bytes.elementsEqual(time.rfc3339.utf8), "two texts of \(time)")
        // Years that RFC 3339 has no form for are printed and not read.
        let fourDigits = EventTime(microseconds: -62_167_219_200_000_000)...EventTime(microseconds: 253_402_300_799_999_999)
        if fourDigits.contains(time) { try require(EventTime(rfc3339: time.rfc3339) == time, "\(time) is read as another instant") }
    }
}
