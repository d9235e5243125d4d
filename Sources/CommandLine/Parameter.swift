/// Something a command takes.
public struct Parameter: Hashable, Sendable {
    enum Kind: Hashable {
        case positional
        case option(placeholder: String)
        case flag
    }

    /// How often a positional or an option may be given.
    public enum Occurrence: Hashable, Sendable {
        /// Exactly once.
        case once
        /// Once or not at all.
        case optional
        /// Any number of times, none included.
        case repeated
    }

    let kind: Kind
    /// What `Arguments` knows it by: `JOB` for a positional, `limit` for `--limit`.
    let name: String
    let help: String
    let occurrence: Occurrence
    let short: Character?
    let choices: [String]

    /// A value known by its place. Required ones come before optional ones, and a repeated one is last.
    public static func positional(
        _ name: String, _ help: String, _ occurrence: Occurrence = .once, choices: [String] = []
    ) -> Parameter {
        Parameter(kind: .positional, name: name, help: help, occurrence: occurrence, short: nil, choices: choices)
    }

    /// `--name VALUE` or `--name=VALUE`, with `placeholder` standing for the value in help. `choices` are offered by completion and
    /// shown in help; what else is allowed (`earliest`, `latest` or a number) is for the command to say.
    public static func option(
        _ name: String, _ placeholder: String, _ help: String, _ occurrence: Occurrence = .optional, short: Character? = nil,
        choices: [String] = []
    ) -> Parameter {
        Parameter(kind: .option(placeholder: placeholder), name: name, help: help, occurrence: occurrence, short: short, choices: choices)
    }

    /// `--name`: there or not.
    public static func flag(_ name: String, _ help: String, short: Character? = nil) -> Parameter {
        Parameter(kind: .flag, name: name, help: help, occurrence: .optional, short: short, choices: [])
    }

    var isPositional: Bool { kind == .positional }
    var takesValue: Bool { kind != .flag }

    /// As a usage line shows it: `[--limit N]`, `JOB`, `[FILE…]`.
    var usage: String {
        let dots = occurrence == .repeated ? "…" : ""
        let bare =
            switch kind {
            case .positional: name + dots
            case .option(let placeholder): "--\(name) \(placeholder)\(dots)"
            case .flag: "--\(name)"
            }
        return occurrence == .once ? bare : "[\(bare)]"
    }

    /// As the list below a usage line names it: `-n, --limit N`.
    var label: String {
        let lead = short.map { "-\($0), " } ?? ""
        return switch kind {
        case .positional: name
        case .option(let placeholder): "\(lead)--\(name) \(placeholder)"
        case .flag: "\(lead)--\(name)"
        }
    }
}
