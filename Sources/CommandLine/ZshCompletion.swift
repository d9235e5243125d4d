extension Command {
    func zshCompletion() -> String {
        let steps = points.dropFirst().map(\.path).joined(separator: "|")
        var values: [String] = []
        var words: [String] = []
        for point in points {
            for option in point.options where option.takesValue {
                let action = option.choices.isEmpty ? "_files" : "compadd -- \(option.choices.map(shellQuoted).joined(separator: " "))"
                values.append("        '\(point.path) --\(option.name)') \(action); return ;;")
            }
            let described = point.words.map { word, note in shellQuoted(note.isEmpty ? word : "\(escaped(word)):\(note)") }
            words.append("        '\(point.path)') offered=(\(described.joined(separator: " "))) ;;")
        }
        return """
            #compdef \(name)
            _\(name)() {
                local at='' i
                local -a offered
                for ((i = 2; i < CURRENT; i++)); do
                    case "$at/${words[i]}" in
                        (\(steps.isEmpty ? "/" : steps)) at="$at/${words[i]}" ;;
                    esac
                done
                case "$at ${words[CURRENT - 1]}" in
            \((values + ["        *) ;;"]).joined(separator: "\n"))
                esac
                case "$at" in
            \(words.joined(separator: "\n"))
                esac
                _describe command offered
                _files
            }
            _\(name) "$@"

            """
    }

    /// `_describe` splits at the first colon that is not escaped.
    private func escaped(_ word: String) -> String {
        word.split(separator: ":", omittingEmptySubsequences: false).joined(separator: #"\:"#)
    }
}
