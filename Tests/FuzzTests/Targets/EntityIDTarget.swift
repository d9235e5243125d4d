import Freight
import StreamCore
import Wire

extension FuzzTarget {
    /// An id, as text, as a key and as a stored value: all three give the same id back, its order is that of its bytes, and its JSON is
    /// its text.
    static func entityID(_ bytes: UnsafeRawBufferPointer) throws {
        let id = unsafe EntityID(utf8: bytes)
        if unsafe String(validating: bytes, as: UTF8.self) != nil { try require(unsafe id.utf8.elementsEqual(bytes), "an id of another text") }
        try require(EntityID(id.description) == id && EntityID(id.description).hashValue == id.hashValue, "an id that its text changes")
        try require(id.keyBytes == id.utf8, "a key that is not the id's text")
        try require(try ByteReader.read(id.keyBytes) { reader throws(DecodeFailure) in try EntityID(keyFrom: &reader) } == id, "a key of another id")
        var writer = ByteWriter()
        id.store(into: &writer)
        let stored = try ByteReader.read(writer.bytes) { reader throws(DecodeFailure) in try EntityID(from: &reader, version: 1) }
        try require(stored == id, "an id that its stored form changes")
        writer.removeAll()
        id.writeJSON(into: &writer)
        let text = try JSON(parsing: writer.bytes).string
        try require(text.map { EntityID($0) == id } ?? false, "an id that its JSON changes")
        let half = unsafe EntityID(utf8: UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]))
        try require((half < id) == half.utf8.lexicographicallyPrecedes(id.utf8), "ids out of the order of their bytes")
    }
}
