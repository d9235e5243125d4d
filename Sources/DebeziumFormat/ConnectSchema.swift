/// The schema of a value as Kafka Connect's JSON converter writes it. The members' order is the converter's.
struct ConnectSchema: Sendable {
    /// `int64`, `struct`, `array`, …
    var type: String
    /// What it holds: the member `fields`, `items`, or `keys` and `values`.
    var holds: String?
    /// The name of a logical type.
    var name: String?
    /// The version of the logical type; `nil` for keys and rows, which have a name alone.
    var version: Int? = 1
    var doc: String?
    var parameters: [(name: String, value: String)] = []

    init(_ type: String, holds: String? = nil, _ name: String? = nil, doc: String? = nil, parameters: [(name: String, value: String)] = [])
    {
        self.type = type
        self.holds = holds
        self.name = name
        self.doc = doc
        self.parameters = parameters
    }

    /// The schema as JSON, for a field or, without one, on its own. `initial` is a default, written as JSON.
    func json(isOptional: Bool, initial: String? = nil, field: String? = nil) -> String {
        var text = "{\"type\":\"\(type)\""
        if let holds { text += ",\(holds)" }
        text += ",\"optional\":\(isOptional)"
        if let name { text += ",\"name\":\(JavaText.quoted(name))" + (version.map { ",\"version\":\($0)" } ?? "") }
        if let doc { text += ",\"doc\":\(JavaText.quoted(doc))" }
        if !parameters.isEmpty {
            let members = parameters.map { "\(JavaText.quoted($0.name)):\(JavaText.quoted($0.value))" }
            text += ",\"parameters\":{\(members.joined(separator: ","))}"
        }
        if let initial { text += ",\"default\":\(initial)" }
        if let field { text += ",\"field\":\(JavaText.quoted(field))" }
        return text + "}"
    }

    /// A struct of those fields.
    static func structure(_ name: String?, doc: String? = nil, version: Int? = 1, _ fields: [String]) -> ConnectSchema {
        var schema = ConnectSchema("struct", holds: "\"fields\":[\(fields.joined(separator: ","))]", name, doc: doc)
        schema.version = version
        return schema
    }
}
