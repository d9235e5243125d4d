import StreamCore
import Wire

extension FuzzTarget {
    private static let wanted = JSONProjection(paths: [["a"], ["a", "b"], ["after", "id"], ["skip", "x", "y"], []])

    /// A JSON document: the projection and the tree agree on what is one, a refusal names the byte, and a value survives its own text.
    static func json(_ bytes: UnsafeRawBufferPointer) throws {
        let projected = unsafe projects(bytes)
        let value: JSON
        do throws(DecodeFailure) {
            value = try unsafe JSON(parsing: bytes)
        } catch {
            try require(!projected, "the projection takes what the tree refuses: \(error)")
            try require(position(error.reason).map { $0 <= bytes.count } ?? false, "a refusal without the byte: \(error)")
            return
        }
        try require(projected, "the tree takes what the projection refuses")
        try require(try JSON(parsing: value.compact).compact == value.compact, "a value that its own text changes")
        try require(try JSON(parsing: value.indented).compact == value.compact, "a value that its indented text changes")
    }

    private static func projects(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let parser = JSONParser()
        let read: Bool? = try? unsafe JSONParser.withPadding(bytes) { padded throws(DecodeFailure) in
            try unsafe parser.project(wanted, padded) { fields throws(DecodeFailure) in
                for index in wanted.paths.indices {
                    _ = (fields.string(index), fields.number(index), fields.integer(index), fields.bool(index), fields.unsigned(index))
                    // A container's text is lent as it stands, so it is a document of its own.
                    let text = unsafe fields.withText(index) { unsafe Array($0) }
                    if let text { _ = try JSON(parsing: text) }
                }
                return true
            }
        }
        return read ?? false
    }

    /// The byte that a refusal names.
    private static func position(_ reason: String) -> Int? {
        reason.firstRange(of: "at byte ").flatMap { Int(reason[$0.upperBound...]) }
    }
}
