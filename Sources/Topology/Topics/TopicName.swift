/// What a topic may be called: Kafka's rule, so that a folder serves both logs.
enum TopicName {
    private static let longest = 249
    /// The endings of topics that Linehaul makes by itself.
    private static let reserved = [".changelog", ".turn", ".repartition", ".dlq"]

    static func isLegal(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= longest && name != "." && name != ".."
            && name.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "._-".contains(Character($0)))
            }
    }

    static func reservedEnding(of name: String) -> String? { reserved.first { name.hasSuffix($0) } }
}
