/// The names and values behind a target's question mark, decoded, in the order they were written.
public struct HTTPQuery: Hashable, Sendable {
    /// A name and its value; a name without an equals sign has an empty one.
    public struct Item: Hashable, Sendable {
        /// The name, decoded.
        public let name: String
        /// The value, decoded.
        public let value: String
    }

    /// Every item, repeated names included.
    public let items: [Item]

    /// The items of a query's text, without its question mark.
    public init(_ text: some StringProtocol) {
        if text.isEmpty {
            items = []
            return
        }
        items = Substring(text).utf8.split(separator: UInt8(ascii: "&")).map { item in
            let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return Item(
                name: percentDecoded(parts[0], plusIsSpace: true),
                value: parts.count == 2 ? percentDecoded(parts[1], plusIsSpace: true) : "")
        }
    }

    /// The first value of that name.
    public subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// Every value of that name.
    public func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }
}
