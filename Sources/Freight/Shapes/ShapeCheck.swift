public import StreamCore

extension Shape {
    /// Everything in `value` that is not of this shape, each under its member's name, dotted from `path` on and with `[n]` for an element;
    /// none where it fits. For requests and for what has been refused already: what is published is first judged by `EventValidator`.
    public func problems(in value: JSON, at path: String) -> [FieldProblem] {
        switch self {
        case .list(let element):
            guard let elements = value.array else { return [FieldProblem(path, "must be an array")] }
            if elements.count > Shape.mostElements { return [FieldProblem(path, "must have at most \(Shape.mostElements) elements")] }
            return elements.enumerated().flatMap { element.problems(in: $1, at: "\(path)[\($0)]") }
        case .object(let members):
            guard value.members != nil else { return [FieldProblem(path, "must be an object")] }
            return members.flatMap { member -> [FieldProblem] in
                let name = path.isEmpty ? member.name : "\(path).\(member.name)"
                guard let given = value[member.name], given != .null else {
                    return member.isRequired ? [FieldProblem(name, "is required")] : []
                }
                return member.shape.problems(in: given, at: name)
            }
        default: return issue(of: value).map { [FieldProblem(path, $0)] } ?? []
        }
    }

    /// No list of the business is longer.
    static let mostElements = 1_000

    /// What is wrong with a value first, in words that say what would be right; nil for nothing.
    public func issue(of value: JSON) -> String? {
        switch self {
        case .any: return nil
        case .bool: return value.bool == nil ? "must be true or false" : nil
        case .integer(let range):
            guard let whole = value.integer ?? value.number.flatMap({ Int64(exactly: $0) }) else { return "must be a whole number" }
            return range.contains(whole) ? nil : range.rule
        case .number(let range):
            guard let number = value.number, number.isFinite else { return "must be a number" }
            return range.contains(number) ? nil : range.rule
        case .amount:
            guard let money = try? Money.read(value) else { return "must be an amount with at most two decimal places" }
            return money.cents < 0 ? "must be at least 0" : nil
        case .text(let form):
            guard let text = value.string else { return form == .instant || form == .uuid ? form.issue(of: "") : "must be text" }
            return form.issue(of: text)
        case .oneOf(let names):
            guard let text = value.string, names.contains(text) || names.contains(text.uppercased()) else {
                return "must be one of \(names.joined(separator: ", "))"
            }
            return nil
        case .list, .object:
            guard let first = problems(in: value, at: "").first else { return nil }
            return first.field.isEmpty ? first.issue : "has \(first.field) that \(first.issue)"
        }
    }
}

extension ClosedRange<Int64> {
    /// The rule that a whole number outside breaks.
    fileprivate var rule: String {
        if upperBound == .max { return "must be at least \(lowerBound)" }
        return "must be from \(lowerBound) to \(upperBound)"
    }
}

extension NumberRange {
    /// The rule that a number outside breaks.
    var rule: String {
        switch (least, most, below) {
        case (let least?, let most?, _): "must be from \(NumberRange.text(least)) to \(NumberRange.text(most))"
        case (let least?, nil, let below?): "must be from \(NumberRange.text(least)) to below \(NumberRange.text(below))"
        case (let least?, nil, nil): "must be at least \(NumberRange.text(least))"
        case (nil, let most?, _): "must be at most \(NumberRange.text(most))"
        case (nil, nil, let below?): "must be below \(NumberRange.text(below))"
        case (nil, nil, nil): "must be a number"
        }
    }

    /// A bound as people write it: whole ones without a fraction.
    static func text(_ bound: Double) -> String { bound == bound.rounded() && abs(bound) < 1e15 ? "\(Int64(bound))" : "\(bound)" }
}
