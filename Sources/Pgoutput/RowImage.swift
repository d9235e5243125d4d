internal import StreamCore

/// A row as the server sends it: each column null, unchanged and left out, or bytes in its type's text form.
public struct RowImage: Hashable, Sendable {
    /// Where a column's text lies, or why there is none.
    struct Place: Hashable, Sendable, BitwiseCopyable {
        var start: Int32
        var length: Int32

        static let null = Place(start: 0, length: -1)
        static let unchanged = Place(start: 0, length: -2)
    }

    private let bytes: [UInt8]
    private let places: [Place]

    init(bytes: [UInt8], places: [Place]) {
        self.bytes = bytes
        self.places = places
    }

    /// A row of those texts, `nil` for NULL: what a query gives.
    public init(_ texts: [[UInt8]?]) {
        var bytes: [UInt8] = []
        places = texts.map { text in
            guard let text else { return .null }
            defer { bytes += text }
            return Place(start: Int32(bytes.count), length: Int32(text.count))
        }
        self.bytes = bytes
    }

    /// How many columns it has.
    public var count: Int { places.count }

    /// Whether a column is NULL. Columns that a relation has and a row lacks are, too.
    public func isNull(_ column: Int) -> Bool { column >= places.count || places[column].length == -1 }

    /// Whether a column is a large value that the change left as it was, and so was not sent.
    public func isUnchanged(_ column: Int) -> Bool { column < places.count && places[column].length == -2 }

    /// Lends a column's text; `nil` where there is none.
    public func withText<Result, Failure: Error>(
        _ column: Int, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard column < places.count, places[column].length >= 0 else { return try body(nil) }
        let place = places[column]
        return try unsafe bytes.withUnsafeBufferPointer { bytes throws(Failure) -> Result in
            let slice = unsafe UnsafeBufferPointer(rebasing: bytes[Int(place.start)..<Int(place.start + place.length)])
            return try unsafe body(UnsafeRawBufferPointer(slice))
        }
    }

    /// A column's text; `nil` where there is none.
    public func text(_ column: Int) -> [UInt8]? {
        guard column < places.count, places[column].length >= 0 else { return nil }
        let place = places[column]
        return Array(bytes[Int(place.start)..<Int(place.start + place.length)])
    }

    /// The row with large values that it leaves out taken from another.
    public func filled(from other: RowImage) -> RowImage {
        guard places.contains(.unchanged) else { return self }
        return RowImage(places.indices.map { isUnchanged($0) ? other.text($0) : text($0) })
    }

    /// Whether a column is the same in another row, both being known.
    public func hasSame(_ column: Int, as other: RowImage) -> Bool { text(column) == other.text(column) }
}
