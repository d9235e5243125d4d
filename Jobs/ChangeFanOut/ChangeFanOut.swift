public import Dataflow
internal import Freight
internal import StreamCore
internal import Wire

/// Passes captured changes on: reshaped to whoever asks for them by a rule, and, where somebody changed a row of ours in SQL, as a command
/// to the owner of what the row is about.
///
/// The owner accepts the command, and then event, audit record and snapshot follow as from any other request, or refuses it, and then the
/// command is a dead letter.
public struct ChangeFanOut: Job {
    public static let name = "cdc-fan-out"
    public static let summary = "passes captured changes on by rules, and those made in SQL as commands"

    private static let commands = Outlet<Command>("commands")
    private let rules: [FanOutRule]

    /// A fan-out by the rules that `settings` give.
    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        let texts = settings.texts("rules", default: [])
        try settings.finish()
        var rules: [FanOutRule] = []
        for text in texts where !text.isEmpty {
            do throws(DecodeFailure) { rules.append(try FanOutRule(text)) } catch {
                throw SettingsFailure("rules: \(error): \(text)")
            }
        }
        self.rules = rules
    }

    public func declare(in flow: Flow) {
        let captured = FanOutTable.all.map(\.name)
        for name in captured + Set(rules.map(\.table)).subtracting(captured).sorted() {
            let changes = flow.from(Inlet<RowChange>(name), decoding: { RowChangeDecoder(name) })
            if let table = FanOutTable.all.first(where: { $0.name == name }) {
                changes.flatMapped("changes-of-\(name)") { change in table.commands(for: change) }
                    .into(Self.commands, encoding: { CommandEncoder() })
            }
            for (number, rule) in rules.enumerated() where rule.table == name {
                changes.flatMapped("rule-\(number + 1)") { change in rule.applied(to: change).map { [$0] } ?? [] }
                    .into(Outlet<Record>(rule.outlet), encoding: { WholeRecordEncoder() })
            }
        }
    }
}
