extension Command {
    func bashCompletion() -> String {
        let function = "_\(name.map { $0.isLetter || $0.isNumber ? $0 : "_" }.map(String.init).joined())_completion"
        let steps = points.dropFirst().map(\.path).joined(separator: "|")
        var values: [String] = []
        var words: [String] = []
        for point in points {
            for option in point.options where !option.choices.isEmpty {
                values.append("        '\(point.path) --\(option.name)') words=\(shellQuoted(option.choices.joined(separator: " "))) ;;")
            }
            let free = point.options.filter { $0.takesValue && $0.choices.isEmpty }.map { "'\(point.path) --\($0.name)'" }
            if !free.isEmpty { values.append("        \(free.joined(separator: "|"))) return ;;") }
            words.append("        '\(point.path)') words=\(shellQuoted(point.words.map(\.word).joined(separator: " "))) ;;")
        }
        return """
            # bash completion of \(name)
            \(function)() {
                local at='' words='' i
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$at/${COMP_WORDS[i]}" in
                        \(steps.isEmpty ? "/" : steps)) at="$at/${COMP_WORDS[i]}" ;;
                    esac
                done
                case "$at ${COMP_WORDS[COMP_CWORD - 1]}" in
            \((values + ["        *) ;;"]).joined(separator: "\n"))
                esac
                [[ -n $words ]] || case "$at" in
            \(words.joined(separator: "\n"))
                esac
                COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o bashdefault -o default -F \(function) \(name)

            """
    }
}
