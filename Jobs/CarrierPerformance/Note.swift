internal import Freight
internal import StreamCore

/// What a record says of one load or vehicle. What it means that there is no content, the reader of those records says.
struct Note<Content: Hashable & Storable>: Hashable, Storable {
    let id: EntityID
    let content: Content?

    init(_ id: EntityID, _ content: Content?) {
        self.id = id
        self.content = content
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        id = try EntityID(from: &reader, version: version)
        content = try Content?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        id.store(into: &writer)
        content.store(into: &writer)
    }

    var json: JSON { .object(["id": id.json, "content": content.json]) }
}
