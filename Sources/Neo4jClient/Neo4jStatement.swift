public import StreamCore

/// One statement of Cypher and its parameters.
public struct Neo4jStatement: Sendable {
    /// The Cypher.
    public let text: String
    /// Its parameters: one JSON object, as text.
    public let parameters: [UInt8]

    /// A statement with its parameters as JSON text, taken as it is.
    public init(_ text: String, json parameters: [UInt8]) {
        self.text = text
        self.parameters = parameters
    }

    /// A statement with those parameters.
    public init(_ text: String, _ parameters: KeyValuePairs<String, JSON?> = [:]) {
        self.init(text, json: JSON.object(parameters).compact)
    }
}
