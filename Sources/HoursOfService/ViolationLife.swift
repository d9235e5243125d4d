public import StreamCore

/// A violation as it was last reported.
public struct ReportedViolation: Hashable, Sendable {
    /// How sure it is.
    public enum State: UInt8, Sendable {
        /// A later rest may still excuse it.
        case provisional = 0
        /// The driver has had a full rest since.
        case confirmed = 1
        /// A later rest excused it, or a correction took it away.
        case retracted = 2

        /// The name on the wire.
        public var name: String {
            switch self {
            case .provisional: "PROVISIONAL"
            case .confirmed: "CONFIRMED"
            case .retracted: "RETRACTED"
            }
        }
    }

    /// The violation.
    public var violation: Violation
    /// What was said of it.
    public var state: State

    /// A violation that is now reported.
    public init(_ violation: Violation) {
        self.violation = violation
        state = violation.isConfirmed ? .confirmed : .provisional
    }

    /// What has to be said when `found` is all there is, after `reported` had been: new and changed violations and those that are gone,
    /// by their beginning. `reported` becomes what is reported then; a violation that was retracted is remembered, so that it is retracted
    /// once.
    public static func differences(_ reported: inout [ReportedViolation], _ found: [Violation]) -> [ReportedViolation] {
        if reported.isEmpty, found.isEmpty { return [] }
        var news: [ReportedViolation] = []
        for violation in found {
            let now = ReportedViolation(violation)
            guard let at = reported.firstIndex(where: { $0.violation.identity == violation.identity }) else {
                reported.append(now)
                news.append(now)
                continue
            }
            if now.says(the: reported[at]) { continue }
            reported[at] = now
            news.append(now)
        }
        for at in reported.indices where reported[at].state != .retracted {
            if found.contains(where: { $0.identity == reported[at].violation.identity }) { continue }
            reported[at].state = .retracted
            news.append(reported[at])
        }
        return news.sorted { ($0.violation.at, $0.violation.kind) < ($1.violation.at, $1.violation.kind) }
    }

    /// Whether it says what another said. While the wheel turns, how far it has come is no news, unless the class is another.
    private func says(the other: ReportedViolation) -> Bool {
        if violation.isOngoing, other.violation.isOngoing {
            var copy = violation
            guard copy.severity == other.violation.severity else { return false }
            (copy.until, copy.actual) = (other.violation.until, other.violation.actual)
            return state == other.state && copy == other.violation
        }
        return self == other
    }
}

extension ReportedViolation: Storable {
    public func store(into writer: inout ByteWriter) {
        violation.store(into: &writer)
        writer.byte(state.rawValue)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        violation = try Violation(from: &reader, version: version)
        let code = try reader.byte()
        guard let state = State(rawValue: code) else { throw DecodeFailure("a violation in state \(code)") }
        self.state = state
    }

    public var json: JSON { .object(["violation": violation.json, "state": .string(state.name)]) }
}
