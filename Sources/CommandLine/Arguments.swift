internal import StreamCore

/// The values of a command line, by the names of the table. Asking for a name that the command does not declare is a bug and traps.
public struct Arguments: Sendable {
    /// The words that led to the command, from the program's name on.
    public let path: [String]
    private let parameters: [Parameter]
    private let values: [String: [String]]

    init(path: [String], parameters: [Parameter], values: [String: [String]]) {
        self.path = path
        self.parameters = parameters
        self.values = values
    }

    /// Whether a flag, an option or a positional was given.
    public func has(_ name: String) -> Bool {
        precondition(parameters.contains { $0.name == name }, "\(path.joined(separator: " ")) declares no \(name)")
        return values[name] != nil
    }

    /// Every value given for `name`, in order.
    public func all(_ name: String) -> [String] { has(name) ? values[name] ?? [] : [] }

    /// The value given for `name`, `nil` for none.
    public subscript(name: String) -> String? { all(name).last }

    /// The value of a parameter that occurs exactly once.
    public func required(_ name: String) throws(UsageFailure) -> String {
        guard let value = self[name] else { throw failure(name, "it is missing") }
        return value
    }

    /// A whole number within `range`, `nil` where none was given.
    public func int(_ name: String, in range: ClosedRange<Int> = .min ... .max) throws(UsageFailure) -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text) else { throw failure(name, "expected a whole number, found `\(text)`") }
        guard range.contains(value) else {
            let bounds = range.upperBound == .max ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw failure(name, "expected a number \(bounds), found `\(text)`")
        }
        return value
    }

    /// A number above 0, `nil` where none was given.
    public func positiveNumber(_ name: String) throws(UsageFailure) -> Double? {
        guard let text = self[name] else { return nil }
        guard let value = Double(text), value.isFinite, value > 0 else {
            throw failure(name, "expected a number above 0, found `\(text)`")
        }
        return value
    }

    /// A length of time such as `5s`, not negative, `nil` where none was given.
    public func duration(_ name: String) throws(UsageFailure) -> Duration? {
        guard let text = self[name] else { return nil }
        guard let value = Duration(text: text), value >= .zero else {
            throw failure(name, "expected \(Duration.expectedText), found `\(text)`")
        }
        return value
    }

    /// Every `left=right` given for `name`, in order; the right side may hold further equals signs.
    public func pairs(_ name: String) throws(UsageFailure) -> [(left: String, right: String)] {
        var pairs: [(left: String, right: String)] = []
        for text in all(name) {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw failure(name, "expected NAME=VALUE, found `\(text)`")
            }
            pairs.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        return pairs
    }

    /// A failure about the value of `name`, for checks of the command's own.
    public func failure(_ name: String, _ reason: String) -> UsageFailure {
        let isPositional = parameters.contains { $0.name == name && $0.isPositional }
        return UsageFailure("\(isPositional ? name : "--\(name)"): \(reason)", path: path)
    }
}
