internal import Freight
internal import Geodesy
internal import HTTPServer
internal import StreamCore

/// What a query may say: a name, what its text has to be, and what it means.
struct Parameter: Sendable {
    let name: String
    /// Other names that mean the same: those of the API's first version.
    var aliases: [String] = []
    let form: Form
    let meaning: String

    /// What its text has to be.
    enum Form: Sendable {
        /// A value of that shape.
        case value(Shape)
        /// A length of time such as `5m`.
        case duration(atLeast: Duration)
        /// `latitude,longitude`.
        case place
        /// Names of columns with commas between, each with a minus for descending.
        case sort([String])
        /// Values with commas between, each of that shape.
        case several(Shape)
    }

    init(_ name: String, _ form: Form, _ meaning: String, aliases: [String] = []) {
        (self.name, self.form, self.meaning, self.aliases) = (name, form, meaning, aliases)
    }

    init(_ name: String, _ shape: Shape, _ meaning: String, aliases: [String] = []) {
        self.init(name, .value(shape), meaning, aliases: aliases)
    }
}

/// A query's values, checked.
struct Arguments: Sendable {
    private var values: [String: JSON] = [:]

    /// Reads what the parameters take; what else a query says is passed over.
    init(_ query: HTTPQuery, _ parameters: [Parameter], _ problems: inout [FieldProblem]) {
        if query.items.isEmpty { return }
        for parameter in parameters {
            guard let text = ([parameter.name] + parameter.aliases).lazy.compactMap({ query[$0] }).first, !text.isEmpty else { continue }
            switch Arguments.read(text, parameter.form) {
            case .success(let value): values[parameter.name] = value
            case .failure(let complaint): problems.append(FieldProblem(parameter.name, complaint.issue))
            }
        }
    }

    func text(_ name: String) -> String? { values[name]?.string }
    func number(_ name: String) -> Double? { values[name]?.number }
    func whole(_ name: String) -> Int? { values[name]?.integer.map { Int($0) } }
    func flag(_ name: String) -> Bool? { values[name]?.bool }
    func instant(_ name: String) -> EventTime? { text(name).flatMap { EventTime(rfc3339: $0) } }
    func texts(_ name: String) -> [String]? { values[name]?.array?.compactMap(\.string) }
    func duration(_ name: String) -> Duration? { values[name]?.integer.map { .microseconds($0) } }

    func place(_ name: String) -> (latitude: Double, longitude: Double)? {
        guard let degrees = values[name]?.array?.compactMap(\.number), degrees.count == 2 else { return nil }
        return (degrees[0], degrees[1])
    }

    private static func read(_ text: String, _ form: Parameter.Form) -> Result<JSON, Complaint> {
        switch form {
        case .value(let shape): return value(text, shape)
        case .duration(let least):
            guard let duration = Duration(text: text), duration >= least, duration <= .seconds(366 * 86_400) else {
                return .failure(Complaint("must be a length of time such as 5m or 1h, at least \(least.text) and at most a year"))
            }
            return .success(.integer(Int64(duration / .microseconds(1))))
        case .place:
            let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0.trimmingSpaces) }
            guard parts.count == 2, let latitude = parts[0], let longitude = parts[1], GeoPoint(checking: latitude, longitude) != nil else {
                return .failure(Complaint("must be latitude,longitude in degrees such as 41.88,-87.63"))
            }
            return .success(.array([.number(latitude), .number(longitude)]))
        case .sort(let names):
            let parts = text.split(separator: ",").map(String.init)
            guard !parts.isEmpty, parts.allSatisfy({ names.contains(String($0.hasPrefix("-") ? $0.dropFirst() : $0[...])) }) else {
                return .failure(
                    Complaint("must be names with commas between, each with - for descending, of \(names.joined(separator: ", "))"))
            }
            return .success(.array(parts.map(JSON.string)))
        case .several(let shape):
            var values: [JSON] = []
            for part in text.split(separator: ",") {
                switch value(part.trimmingSpaces, shape) {
                case .success(let read): values.append(read)
                case .failure(let complaint): return .failure(complaint)
                }
            }
            return .success(.array(values))
        }
    }

    private static func value(_ text: String, _ shape: Shape) -> Result<JSON, Complaint> {
        let value: JSON =
            switch shape {
            case .integer: Int64(text).map(JSON.integer) ?? .string(text)
            case .number: Double(text).map(JSON.number) ?? .string(text)
            case .bool: ["true": true, "1": true, "false": false, "0": false][text.lowercased()].map(JSON.bool) ?? .string(text)
            case .oneOf(let names): .string(names.first { $0.lowercased() == text.lowercased() } ?? text)
            case .text(.uuid): .string(text.lowercased())
            default: .string(text)
            }
        return shape.issue(of: value).map { .failure(Complaint($0)) } ?? .success(value)
    }
}

extension StringProtocol {
    /// The text without spaces around it.
    var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
