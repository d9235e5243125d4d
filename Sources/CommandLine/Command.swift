/// A node of a program's table of commands: either verbs below it, or an action.
///
/// The table is one value that the composition root writes down; parsing, help and shell completion are read off it. `Action` is the
/// caller's: a closure, or an enumeration that tests can compare.
/// ```swift
/// Command("linehaul", "a stream processor", verbs: [
///     Command("run", "runs every job of a folder", [.positional("DIR", "the folder", .optional)], action: run),
///     Command("jobs", "the jobs of a running system", verbs: [Command("list", "lists them", action: list)], otherwise: "list"),
/// ])
/// ```
public struct Command<Action: Sendable>: Sendable {
    enum Body {
        case action(Action)
        case verbs([Command], otherwise: String?)
    }

    /// The word that selects it.
    public let name: String
    /// What it does, in a line that begins with a small letter and has no full stop.
    public let summary: String
    let parameters: [Parameter]
    let body: Body

    /// A command that does something.
    public init(_ name: String, _ summary: String, _ parameters: [Parameter] = [], action: Action) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        body = .action(action)
        checkTable()
    }

    /// A command that is a group of verbs. Its `parameters`, options and flags alone, are understood by every verb below it;
    /// `otherwise` names the verb that is meant when the command line ends here.
    public init(
        _ name: String, _ summary: String, _ parameters: [Parameter] = [], verbs: [Command], otherwise: String? = nil
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        body = .verbs(verbs, otherwise: otherwise)
        checkTable()
    }

    var verbs: [Command] { if case .verbs(let verbs, _) = body { verbs } else { [] } }

    func verb(_ name: String) -> Command? { verbs.first { $0.name == name } }

    /// The table is the program's own, so a mistake in it is a bug that the first start of any test shows.
    private func checkTable() {
        let names = parameters.map(\.name)
        precondition(Set(names).count == names.count, "\(name): a parameter is declared twice")
        precondition(!names.contains("help") && !parameters.contains { $0.short == "h" }, "\(name): help is always there")
        let positionals = parameters.filter(\.isPositional).map(\.occurrence)
        precondition(
            positionals.dropLast().allSatisfy { $0 != .repeated }
                && positionals.drop { $0 == .once }.allSatisfy { $0 != .once },
            "\(name): positionals go from required to optional, with at most a last one repeated")
        guard case .verbs(let verbs, let otherwise) = body else { return }
        precondition(positionals.isEmpty, "\(name): a group of verbs takes no positionals")
        precondition(Set(verbs.map(\.name)).count == verbs.count, "\(name): a verb is declared twice")
        precondition(otherwise.map { verb($0) != nil } ?? true, "\(name): the verb meant otherwise is not one of its own")
    }
}
