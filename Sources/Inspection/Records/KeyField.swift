/// Where a value has the field that its topic declares as the key: at its top, in an event's data, or in the row of one of
/// Debezium's changes.
enum KeyField {
    /// The paths to look at, the first one present counts.
    static func paths(_ name: String) -> [[String]] {
        let field = name.split(separator: ".").map(String.init)
        return [field, ["data"] + field, ["after"] + field, ["payload", "after"] + field]
    }
}
