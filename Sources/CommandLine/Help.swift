/// Help texts, laid out for a terminal of 80 columns.
extension Command {
    private static var width: Int { 80 }

    /// The help of this command, reached by `path`, where the options in `inherited` are understood too.
    func help(path: [String], inherited: [Parameter]) -> String {
        let known = inherited.filter { parameter in !parameters.contains { $0.name == parameter.name } } + parameters
        let positionals = known.filter(\.isPositional)
        let options = known.filter { !$0.isPositional }
        var sections = ["\(path.joined(separator: " ")): \(summary)", usage(path, positionals, options)]
        if !verbs.isEmpty { sections.append(Self.list("commands", verbs.map { ($0.name, $0.summary) })) }
        if !positionals.isEmpty { sections.append(Self.list("arguments", positionals.map { ($0.label, Self.note($0)) })) }
        let help = ("-h, --help", "this text; behind a command, that command's")
        sections.append(Self.list("options", options.map { ($0.label, Self.note($0)) } + [help]))
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func usage(_ path: [String], _ positionals: [Parameter], _ options: [Parameter]) -> String {
        let lead = "usage: \(path.joined(separator: " "))"
        var parts = positionals.map(\.usage) + options.map(\.usage)
        if case .verbs(_, let otherwise) = body { parts.insert(otherwise == nil ? "COMMAND" : "[COMMAND]", at: 0) }
        return Self.wrap(parts, lead: lead + " ", indent: lead.count + 1)
    }

    private static func note(_ parameter: Parameter) -> String {
        let dots = parameter.occurrence == .repeated && !parameter.isPositional ? "; may be repeated" : ""
        return parameter.choices.isEmpty ? parameter.help + dots : "\(parameter.help) (\(parameter.choices.joined(separator: ", ")))\(dots)"
    }

    private static func list(_ title: String, _ rows: [(label: String, note: String)]) -> String {
        let column = min(30, rows.map(\.label.count).max() ?? 0) + 4
        let lines = rows.map { label, note in
            let words = note.split(separator: " ").map(String.init)
            let lead = "  \(label)".padded(to: column)
            return wrap(words, lead: lead.count > column ? lead + "  " : lead, indent: column)
        }
        return ([title] + lines).joined(separator: "\n")
    }

    private static func wrap(_ words: [String], lead: String, indent: Int) -> String {
        var lines = [lead]
        var isFirstInLine = true
        for word in words {
            let last = lines[lines.count - 1]
            if !isFirstInLine, last.count + 1 + word.count > width {
                lines.append(String(repeating: " ", count: indent) + word)
            } else {
                lines[lines.count - 1] = last + (isFirstInLine ? "" : " ") + word
            }
            isFirstInLine = false
        }
        return lines.map { $0.trimmingTrailingSpaces() }.joined(separator: "\n")
    }
}

extension String {
    /// The text with spaces behind it up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    func trimmingTrailingSpaces() -> String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
