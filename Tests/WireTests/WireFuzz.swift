import StreamCore
import Wire

/// What must hold for any bytes whatever: the entry point of fuzzers, and what the corpus is replayed through.
public enum WireFuzz {
    /// Something that should hold of all bytes and does not.
    struct Broken: Error { let what: String }

    /// Reads `bytes` both ways; true when they are a JSON document. Throws when the two ways disagree, or a value does not survive its text.
    @discardableResult
    public static func one(_ bytes: [UInt8]) throws -> Bool {
        let parser = JSONParser()
        let wanted = JSONProjection(paths: [["a"], ["a", "b"], ["after", "id"], ["skip", "x", "y"], []])
        var projected = false
        do {
            projected = try project(bytes, wanted, with: parser) { fields throws(DecodeFailure) -> Bool in
                for index in 0..<5 { _ = (fields.string(index), fields.number(index), fields.isAbsent(index)) }
                return true
            }
        } catch { projected = false }
        do {
            let value = try JSON(parsing: bytes)
            guard projected else { throw Broken(what: "the tree takes what the projection refuses") }
            guard try JSON(parsing: value.compact).compact == value.compact else { throw Broken(what: "a value that its own text changes") }
        } catch is DecodeFailure {
            guard !projected else { throw Broken(what: "the projection takes what the tree refuses") }
        }
        return projected
    }
}

/// Projects a document of bytes, with the padding that records have.
func project<Result>(
    _ bytes: [UInt8], _ projection: JSONProjection, with parser: JSONParser = JSONParser(),
    _ body: (borrowing JSONFields) throws(DecodeFailure) -> Result
) throws(DecodeFailure) -> Result {
    try unsafe bytes.withUnsafeBufferPointer { pointer throws(DecodeFailure) -> Result in
        try unsafe JSONParser.withPadding(UnsafeRawBufferPointer(pointer)) { padded throws(DecodeFailure) -> Result in
            try unsafe parser.project(projection, padded, body)
        }
    }
}

/// Why a document of text is refused; nil when it is not.
func refusal(_ bytes: [UInt8]) -> String? {
    do {
        _ = try project(bytes, JSONProjection("a")) { fields throws(DecodeFailure) -> Bool in fields.isAbsent(0) }
        return nil
    } catch { return error.reason }
}
