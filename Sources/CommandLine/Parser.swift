internal import StreamCore

/// What a command line asks for.
public enum Invocation<Action: Sendable>: Sendable {
    /// Run `action` with those arguments.
    case run(Action, Arguments)
    /// Print this text on standard output and exit with `ExitCode.done`.
    case help(String)
}

extension Command {
    /// Reads the words after the program's name against the table whose root this is.
    ///
    /// Options and positionals mix freely; `--` makes positionals of all that follows; a lone `-` is a positional. `-h` or `--help`
    /// anywhere before `--` asks for the help of the command reached so far, as does a group of verbs without a verb.
    public func parse(_ words: some Sequence<String>) throws(UsageFailure) -> Invocation<Action> {
        var parser = Parser(self)
        return try parser.parse(Array(words))
    }
}

private struct Parser<Action: Sendable> {
    private var command: Command<Action>
    private var path: [String]
    private var known: [Parameter]
    private var values: [String: [String]] = [:]
    private var positionals: [String] = []

    init(_ root: Command<Action>) {
        command = root
        path = [root.name]
        known = root.parameters
    }

    mutating func parse(_ words: [String]) throws(UsageFailure) -> Invocation<Action> {
        var rest = words[...]
        var isPlain = false
        while let word = rest.popFirst() {
            if !isPlain, word == "--" {
                isPlain = true
            } else if !isPlain, word == "--help" || word == "-h" {
                return .help(command.help(path: path, inherited: known))
            } else if !isPlain, word.hasPrefix("-"), word != "-" {
                try option(word, &rest)
            } else if command.verbs.isEmpty {
                positionals.append(word)
            } else {
                try descend(to: word)
            }
        }
        if case .verbs(_, let otherwise?) = command.body { try descend(to: otherwise) }
        guard case .action(let action) = command.body else { return .help(command.help(path: path, inherited: known)) }
        try placePositionals()
        for parameter in known where parameter.occurrence == .once && values[parameter.name] == nil {
            throw failure("\(parameter.usage) is missing")
        }
        return .run(action, Arguments(path: path, parameters: known, values: values))
    }

    private mutating func descend(to word: String) throws(UsageFailure) {
        guard let verb = command.verb(word) else {
            throw failure("unknown command `\(word)`\(suggestion(word, command.verbs.map(\.name)) { "`\($0)`" })")
        }
        command = verb
        path.append(word)
        known.removeAll { parameter in verb.parameters.contains { $0.name == parameter.name } }
        known += verb.parameters
    }

    private mutating func option(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageFailure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let isLong = word.hasPrefix("--")
        let name = String(parts[0].drop { $0 == "-" })
        let found = known.first { !$0.isPositional && (isLong ? $0.name == name : $0.short.map(String.init) == name) }
        guard let parameter = found else {
            let names = known.filter { !$0.isPositional }.map(\.name) + ["help"]
            throw failure("unknown option `\(parts[0])`\(suggestion(name, names) { "`--\($0)`" })")
        }
        guard parameter.takesValue else {
            if parts.count > 1 { throw failure("`--\(parameter.name)` takes no value") }
            values[parameter.name] = []
            return
        }
        if parameter.occurrence != .repeated, values[parameter.name] != nil { throw failure("`--\(parameter.name)` is given twice") }
        if parts.count > 1 {
            values[parameter.name, default: []].append(parts[1])
        } else if let value = rest.first, !(value.hasPrefix("--") && value.count > 2) {
            rest.removeFirst()
            values[parameter.name, default: []].append(value)
        } else {
            throw failure("`--\(parameter.name)` needs a value: \(parameter.label)")
        }
    }

    private mutating func placePositionals() throws(UsageFailure) {
        var rest = positionals[...]
        for parameter in known where parameter.isPositional {
            if rest.isEmpty { break }
            values[parameter.name] = parameter.occurrence == .repeated ? Array(rest) : Array(rest.prefix(1))
            rest = parameter.occurrence == .repeated ? [] : rest.dropFirst()
        }
        if let extra = rest.first { throw failure("`\(extra)` is one word too many") }
    }

    private func suggestion(_ word: String, _ names: [String], _ quote: (String) -> String) -> String {
        nearest(to: word, among: names).map { "; did you mean \(quote($0))?" } ?? ""
    }

    private func failure(_ reason: String) -> UsageFailure { UsageFailure(reason, path: path) }
}
