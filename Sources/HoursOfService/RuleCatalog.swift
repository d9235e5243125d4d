public import StreamCore

/// The rule sets that are known by name, each in all its versions. Starts with those of this program; `tms.rules.hos` adds to them.
public struct RuleCatalog: Sendable {
    private var versions: [String: [RuleSet]] = [:]
    /// The rule sets whose only versions are this program's own.
    private var builtIn: Set<String> = []

    /// A catalog of this program's own rule sets.
    public init() {
        for rules in [RuleSet.usProperty, .usPassenger] + RuleSet.variants {
            versions[rules.name] = [rules]
            builtIn.insert(rules.name)
        }
    }

    /// The names known.
    public var names: [String] { versions.keys.sorted() }

    /// The versions of a rule set, earliest first; `nil` for a name that is not known.
    public subscript(name: String) -> [RuleSet]? { versions[name] }

    /// Whether a rule set is as this program has it, so that its name says all.
    public func isBuiltIn(_ name: String) -> Bool { builtIn.contains(name) }

    /// Takes a version; one of the same name and date is replaced.
    public mutating func take(_ rules: RuleSet) {
        builtIn.remove(rules.name)
        var known = versions[rules.name] ?? []
        known.removeAll { $0.effectiveFrom == rules.effectiveFrom }
        known.append(rules)
        versions[rules.name] = known.sorted { $0.effectiveFrom < $1.effectiveFrom }
    }
}

extension RuleSet {
    /// Reads a version as `tms.rules.hos` has it: `name`, `effective_from`, `based_on` (a name of `catalog`, US_PROPERTY where it is left
    /// out) and whatever differs from that, lengths in minutes; `null` says that there is no such limit.
    public init(_ json: JSON, basedOn catalog: RuleCatalog) throws(DecodeFailure) {
        guard let name = json["name"]?.string, !name.isEmpty else { throw DecodeFailure("a rule set without a name") }
        let base = json["based_on"]?.string ?? RuleSet.usProperty.name
        guard let known = catalog[base]?.last else {
            throw DecodeFailure(
                "rule set \(name) is based on \(base), which is not known; known are \(catalog.names.joined(separator: ", "))")
        }
        self = known
        self.name = name
        effectiveFrom = .distantPast
        for member in json.members ?? [] {
            try take(member.name, member.value)
        }
    }

    private mutating func take(_ member: String, _ value: JSON) throws(DecodeFailure) {
        func span() throws(DecodeFailure) -> EventTime.Span {
            guard let minutes = value.integer, (0...525_600).contains(minutes) else {
                throw DecodeFailure("rule set \(name): \(member) takes minutes, not \(value)")
            }
            return .minutes(minutes)
        }
        func limit() throws(DecodeFailure) -> EventTime.Span? { value == .null ? nil : try span() }
        switch member {
        case "name", "based_on": break
        case "effective_from":
            guard let instant = value.string.flatMap({ EventTime(rfc3339: $0) }) else {
                throw DecodeFailure("rule set \(name): effective_from takes an instant, not \(value)")
            }
            effectiveFrom = instant
        case "full_rest_min": fullRest = try span()
        case "drive_limit_min": drivingLimit = try limit()
        case "window_limit_min": windowLimit = try limit()
        case "window_counts":
            switch value.string {
            case "ELAPSED": windowKind = .elapsed
            case "ON_DUTY": windowKind = .onDuty
            default: throw DecodeFailure("rule set \(name): window_counts takes ELAPSED or ON_DUTY, not \(value)")
            }
        case "break_after_min": breakAfter = try limit()
        case "break_min": breakLength = try span()
        case "restart_min": restart = try limit()
        case "adverse_extension_min": adverseExtension = try span()
        case "extended_window_min": extendedWindow = try limit()
        case "extended_uses":
            guard let uses = value.integer, (1...2).contains(uses) else {
                throw DecodeFailure("rule set \(name): extended_uses takes 1 or 2, not \(value)")
            }
            extendedUses = Int(uses)
        case "seat_credit_min": seatCredit = try span()
        case "seat_berth_min": seatBerth = try span()
        case "split": if value == .null { split = nil }
        case "split_each_min":
            let each = try span()
            split = splitting { $0.each = each }
        case "split_total_min":
            let total = try span()
            split = splitting { $0.total = total }
        case "split_berth_min":
            let berth = try span()
            split = splitting { $0.berth = berth }
        default:
            throw DecodeFailure("rule set \(name): nothing is called \(member)")
        }
    }

    private func splitting(_ change: (inout Split) -> Void) -> Split {
        var split = split ?? Split(each: .hours(2), total: fullRest, berth: .hours(7), isBerthOnly: false)
        change(&split)
        return split
    }

    /// The version as `tms.rules.hos` has it, every member written.
    public var json: JSON {
        func minutes(_ span: EventTime.Span?) -> JSON { span.map { .integer($0.microseconds / .minute) } ?? .null }
        var members: [JSON.Member] = [
            .init("name", .string(name)),
            .init("based_on", .string(carriesPassengers ? RuleSet.usPassenger.name : RuleSet.usProperty.name)),
            .init("full_rest_min", minutes(fullRest)), .init("drive_limit_min", minutes(drivingLimit)),
            .init("window_limit_min", minutes(windowLimit)), .init("window_counts", windowKind == .elapsed ? "ELAPSED" : "ON_DUTY"),
            .init("break_after_min", minutes(breakAfter)), .init("break_min", minutes(breakLength)), .init("restart_min", minutes(restart)),
            .init("adverse_extension_min", minutes(adverseExtension)), .init("extended_window_min", minutes(extendedWindow)),
            .init("extended_uses", .integer(Int64(extendedUses))), .init("seat_credit_min", minutes(seatCredit)),
            .init("seat_berth_min", minutes(seatBerth)),
        ]
        if effectiveFrom > .distantPast { members.append(.init("effective_from", .string(effectiveFrom.rfc3339))) }
        if let split {
            members += [
                .init("split_each_min", minutes(split.each)), .init("split_total_min", minutes(split.total)),
                .init("split_berth_min", minutes(split.berth)),
            ]
        } else {
            members.append(.init("split", .null))
        }
        return .object(members)
    }
}
