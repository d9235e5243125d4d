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
public protocol FieldValue: Shaped, Storable, Equatable, JSONWritable {
    /// The value that `json` means. The complaint says what it should have been.
    static func read(_ json: JSON) throws(Complaint) -> Self
}

extension FieldValue {
    /// The value that `json` means, where it is also of a narrower shape than the type's own.
    static func read(_ json: JSON, as shape: Shape?) throws(Complaint) -> Self {
        let value = try read(json)
        if let issue = shape?.issue(of: json) { throw Complaint(issue) }
        return value
    }
}

extension String: FieldValue {
    public static func read(_ json: JSON) throws(Complaint) -> String {
        if let issue = shape.issue(of: json) { throw Complaint(issue) }
        return json.string ?? ""
    }
}

extension Bool: FieldValue {
    public static func read(_ json: JSON) throws(Complaint) -> Bool {
        if let issue = shape.issue(of: json) { throw Complaint(issue) }
        return json.bool ?? false
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
        guard elements.count <= Shape.mostElements else { throw Complaint("must have at most \(Shape.mostElements) elements") }
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
