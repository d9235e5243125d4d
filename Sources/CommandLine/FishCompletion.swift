extension Command {
    func fishCompletion() -> String {
        let steps = points.dropFirst().map { "'\($0.path)'" }.joined(separator: " ")
        var lines: [String] = []
        for point in points {
            let condition = "complete -c \(name) -n \"__\(name)_at '\(point.path)'\""
            for (verb, summary) in point.verbs { lines.append("\(condition) -a \(verb) -d \(quoted(summary))") }
            if !point.positionalWords.isEmpty { lines.append("\(condition) -a \(quoted(point.positionalWords.joined(separator: " ")))") }
            for option in point.options {
                var line = "\(condition) -l \(option.name)"
                if let short = option.short { line += " -s \(short)" }
                if option.takesValue { line += " -r" }
                if !option.choices.isEmpty { line += " -a \(quoted(option.choices.joined(separator: " ")))" }
                lines.append("\(line) -d \(quoted(option.help))")
            }
            lines.append("\(condition) -l help -s h -d 'says more'")
        }
        return """
            # fish completion of \(name)
            function __\(name)_at
                set -l at ''
                for word in (commandline -opc)[2..-1]
                    if contains -- "$at/$word" \(steps)
                        set at "$at/$word"
                    end
                end
                test "$at" = "$argv[1]"
            end
            \(lines.joined(separator: "\n"))

            """
    }

    /// fish knows two escapes within single quotes: of the backslash and of the quote.
    private func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
