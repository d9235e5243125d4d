/// Replaces `${NAME}` and `${NAME:-default}` in a scalar by the environment's values.
///
/// As in a shell, the default also stands in for a variable that is set but empty, and may hold expansions of its own:
/// `${LINEHAUL_CDC:-${LINEHAUL_POSTGRES:-}}`. `$$` is a dollar sign, and so is a `$` before anything but `{`. What a variable holds
/// is never expanded again, so a password may hold anything.
enum Expansion {
    private static let deepestNesting = 8

    static func expand(_ text: String, _ environment: [String: String], at mark: YAMLMark) throws(YAMLFailure) -> String {
        guard text.contains("$") else { return text }
        var rest = text.unicodeScalars[...]
        return try expand(&rest, environment, mark, depth: 0)
    }

    /// Reads up to the end, or inside a default up to the brace that closes it.
    private static func expand(
        _ rest: inout Substring.UnicodeScalarView, _ environment: [String: String], _ mark: YAMLMark, depth: Int
    ) throws(YAMLFailure) -> String {
        if depth > deepestNesting { throw YAMLFailure(mark, "defaults within defaults, more than \(deepestNesting) levels deep") }
        var out = String.UnicodeScalarView()
        while let character = rest.first, depth == 0 || character != "}" {
            rest.removeFirst()
            if character == "$", rest.first == "$" {
                rest.removeFirst()
                out.append("$")
            } else if character == "$", rest.first == "{" {
                rest.removeFirst()
                out.append(contentsOf: try variable(&rest, environment, mark, depth: depth).unicodeScalars)
            } else {
                out.append(character)
            }
        }
        return String(out)
    }

    /// Reads from behind `${` to behind its `}`.
    private static func variable(
        _ rest: inout Substring.UnicodeScalarView, _ environment: [String: String], _ mark: YAMLMark, depth: Int
    ) throws(YAMLFailure) -> String {
        let name = String(rest.prefix { $0 == "_" || $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) })
        guard let first = name.unicodeScalars.first, first.properties.numericType == nil else {
            throw YAMLFailure(mark, "`${` without a variable's name behind it; write `$$` for a dollar sign")
        }
        rest.removeFirst(name.unicodeScalars.count)
        var standIn: String?
        if rest.starts(with: ":-".unicodeScalars) {
            rest.removeFirst(2)
            standIn = try expand(&rest, environment, mark, depth: depth + 1)
        }
        guard rest.first == "}" else {
            throw YAMLFailure(mark, "`${\(name)` goes on in a way that is not read; write `${\(name)}` or `${\(name):-default}`")
        }
        rest.removeFirst()
        if let value = environment[name], !value.isEmpty || standIn == nil { return value }
        guard let standIn else {
            throw YAMLFailure(mark, "the environment has no \(name); set it, or give a default: `${\(name):-default}`")
        }
        return standIn
    }
}
