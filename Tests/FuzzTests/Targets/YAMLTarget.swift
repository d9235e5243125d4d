import YAML

extension FuzzTarget {
    /// A settings file: every node has a place inside it, and a refusal has one too, with a reason.
    static func yaml(_ bytes: UnsafeRawBufferPointer) throws {
        let utf8 = unsafe Array(bytes)
        // Every line break of YAML 1.1 ends in one of these bytes; the end of a file is a line of its own to libyaml.
        let lines = 2 + utf8.count { [0x0a, 0x0d, 0x85, 0xa8, 0xa9].contains($0) }
        let root: YAMLNode
        do {
            root = try YAMLNode(utf8: utf8, file: "fuzz.yaml", environment: ["NAME": "value", "EMPTY": ""])
        } catch {
            try require(!error.reason.isEmpty && isInside(error.mark, lines, utf8.count), "a refusal without a place: \(error)")
            return
        }
        try visit(root, lines)
    }

    private static func visit(_ node: YAMLNode, _ lines: Int) throws {
        try require((1...lines).contains(node.mark.line) && node.mark.column >= 1, "a node outside its file: \(node.mark)")
        switch node.content {
        case .scalar: return
        case .sequence(let items): for item in items { try visit(item, lines) }
        case .mapping(let entries):
            try require(Set(entries.map(\.key)).count == entries.count, "a key twice in one mapping")
            for entry in entries { try visit(entry.value, lines) }
        }
    }

    private static func isInside(_ mark: YAMLMark, _ lines: Int, _ bytes: Int) -> Bool {
        (1...lines).contains(mark.line) && (1...bytes + 2).contains(mark.column)
    }
}
