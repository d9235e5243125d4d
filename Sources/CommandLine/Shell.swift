/// A shell that completion can be written for.
public enum Shell: String, CaseIterable, Sendable {
    /// GNU bash 4 or newer.
    case bash
    /// The Z shell.
    case zsh
    /// The friendly interactive shell, 3 or newer.
    case fish
}

extension Command {
    /// A script that completes verbs, options and the options' words in `shell`, for the table whose root this is; where it knows no
    /// word, it leaves the shell to complete file names.
    ///
    /// bash and fish source it; zsh finds it as `_` and the program's name in a folder of `fpath`.
    public func completion(for shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletion()
        case .zsh: zshCompletion()
        case .fish: fishCompletion()
        }
    }

    /// The table flattened: one point for each command that a line can have reached.
    var points: [CompletionPoint] { points(at: "", inherited: []) }

    private func points(at path: String, inherited: [Parameter]) -> [CompletionPoint] {
        let known = inherited.filter { parameter in !parameters.contains { $0.name == parameter.name } } + parameters
        let here = CompletionPoint(path: path, verbs: verbs.map { ($0.name, $0.summary) }, parameters: known)
        return [here] + verbs.flatMap { $0.points(at: "\(path)/\($0.name)", inherited: known) }
    }
}

/// What may be typed once the words so far have led to `path`: `` for the program alone, `/state/get` below it.
struct CompletionPoint {
    let path: String
    let verbs: [(name: String, summary: String)]
    let parameters: [Parameter]

    var options: [Parameter] { parameters.filter { !$0.isPositional } }

    /// The words of positionals that offer a choice.
    var positionalWords: [String] { parameters.filter(\.isPositional).flatMap(\.choices) }

    /// Each word with what it does.
    var words: [(word: String, note: String)] {
        verbs.map { ($0.name, $0.summary) } + positionalWords.map { ($0, "") } + options.map { ("--\($0.name)", $0.help) }
            + [("--help", "says more")]
    }
}

/// `text` as one word of a POSIX shell.
func shellQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
}
