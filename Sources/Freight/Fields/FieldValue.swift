public import StreamCore
public import Wire

/// What is wrong with a value, in words that say what would be right: `must be at least 0`.
public struct Complaint: Error, Hashable, Sendable {
    /// The words.
    public let issue: String

    /// A complaint of those words.
    public init(_ issue: String) { self.issue = issue }
}

/// A value that a member of an entity may have: read from JSON, written as JSON, kept as state, compared.
public protocol FieldValue: Storable, Equatable, JSONWritable {
    /// The value that `json` means. The complaint says what it should have been.
    static func read(_ json: JSON) throws(Complaint) -> Self
}

extension String: FieldValue {
    /// Longer texts are refused: an entity is a row, not a document.
    static let longestText = 2_000

    public static func read(_ json: JSON) throws(Complaint) -> String {
        guard let text = json.string else { throw Complaint("must be text") }
        guard text.utf8.count <= longestText else { throw Complaint("must have at most \(longestText) bytes") }
        // PostgreSQL keeps no NUL in text.
        guard !text.utf8.contains(0) else { throw Complaint("must not contain NUL") }
        return text
    }
}

extension Bool: FieldValue {
    public static func read(_ json: JSON) throws(Complaint) -> Bool {
        guard let value = json.bool else { throw Complaint("must be true or false") }
        return value
    }
}

extension Int: FieldValue {
    public static func read(_ json: JSON) throws(Complaint) -> Int {
        if let whole = json.integer { return Int(whole) }
        guard let number = json.number, let whole = Int(exactly: number) else { throw Complaint("must be a whole number") }
        return whole
    }
}

extension Double: FieldValue {
    public static func read(_ json: JSON) throws(Complaint) -> Double {
        guard let number = json.number, number.isFinite else { throw Complaint("must be a number") }
        return number
    }
}

extension EventTime: FieldValue {
    public static func read(_ json: JSON) throws(Complaint) -> EventTime {
        guard let text = json.string, let time = EventTime(rfc3339: text) else {
            throw Complaint("must be an RFC 3339 time such as 2026-01-02T15:04:05Z")
        }
        return time
    }
}

extension EntityID: FieldValue {
    /// A UUID in any case becomes its canonical, lower-case text; other ids are kept as they are.
    public static func read(_ json: JSON) throws(Complaint) -> EntityID {
        guard let text = json.string, !text.isEmpty else { throw Complaint("must be an id") }
        guard text.utf8.count <= 200, !text.utf8.contains(0) else { throw Complaint("must be an id of at most 200 bytes") }
        let canonical = EntityID(text.lowercased())
        return canonical.isUUID ? canonical : EntityID(text)
    }

    /// Whether it is a UUID in canonical form: what every entity's own id is.
    public var isUUID: Bool { if case .uuid = form { true } else { false } }
}

extension Array: FieldValue where Element: FieldValue {
    public static func read(_ json: JSON) throws(Complaint) -> [Element] {
        guard let elements = json.array else { throw Complaint("must be an array") }
        guard elements.count <= 1_000 else { throw Complaint("must have at most 1000 elements") }
        var read: [Element] = []
        for (index, element) in elements.enumerated() {
            do throws(Complaint) {
                read.append(try Element.read(element))
            } catch {
                throw Complaint("element \(index) \(error.issue)")
            }
        }
        return read
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    public func writeJSON(into out: inout ByteWriter) {
        out.byte(0x5b)
        for (index, element) in enumerated() {
            if index > 0 { out.byte(0x2c) }
            element.writeJSON(into: &out)
        }
        out.byte(0x5d)
    }
}
