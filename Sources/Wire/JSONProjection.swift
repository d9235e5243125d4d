internal import CSimdJSON

/// The members of a JSON object that a decoder wants, compiled once into a form that one pass over a document can follow.
///
/// A path leads from the document's object through nested objects; arrays are not entered. A wanted member keeps the index of its path.
public struct JSONProjection: Sendable {
    /// The wanted paths; `JSONFields` answers by their indices.
    public let paths: [[String]]
    let trie: Trie

    /// A projection to paths of member names; an empty path is the document itself. Call it once, not per record.
    public init(paths: [[String]]) {
        self.paths = paths
        trie = Trie(paths)
    }

    /// A projection to dotted paths: `"after.id"` is the member `id` of the member `after`.
    public init(_ dotted: String...) {
        self.init(paths: dotted.map { $0.split(separator: ".").map(String.init) })
    }

    // SAFETY: the C object is written only in `init` and freed when nobody holds it; in between it is read-only.
    /// The compiled form, shared by the copies of a projection.
    @safe final class Trie: @unchecked Sendable {
        let projection: OpaquePointer

        init(_ paths: [[String]]) {
            let projection: OpaquePointer = unsafe lh_json_projection_create()
            for (slot, path) in paths.enumerated() {
                var node: Int32 = 0
                for var name in path {
                    node = name.withUTF8 {
                        unsafe lh_json_projection_member(projection, node, $0.baseAddress, $0.count)
                    }
                }
                unsafe lh_json_projection_want(projection, node, Int32(slot))
            }
            unsafe lh_json_projection_seal(projection)
            unsafe self.projection = projection
        }

        deinit { unsafe lh_json_projection_free(projection) }
    }
}
