/// An answer, whatever its status.
public struct HTTPClientResponse: Sendable {
    /// The status.
    public let status: Int
    /// The header fields, in the order they came.
    public let headers: [(name: String, value: String)]
    /// The body; of a stream, that of an error alone.
    public let body: [UInt8]

    /// The value of the first field of that name, in either case.
    public subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
