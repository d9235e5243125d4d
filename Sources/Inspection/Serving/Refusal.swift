public import Execution
public import EventLog
internal import HTTPServer
internal import StreamCore

/// Why a request is not done: a status, a code for programs and a message for people, in the API's one form.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// A part of a request that is wrong.
    public struct Issue: Hashable, Sendable {
        /// Which part.
        public let field: String
        /// What is wrong about it.
        public let issue: String

        /// An issue of those parts.
        public init(field: String, issue: String) {
            self.field = field
            self.issue = issue
        }
    }

    /// The HTTP status: 400…599.
    public let status: Int
    /// What programs tell refusals apart by: `UNKNOWN_TOPIC`.
    public let code: String
    /// What was asked, why not, and what would help.
    public let message: String
    /// The parts of the request that are wrong, each with what is wrong about it.
    public let details: [Issue]

    /// A refusal of those parts.
    public init(_ status: Int, _ code: String, _ message: String, details: [Issue] = []) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
    }

    public var description: String { message }
}

extension Refusal {
    /// What the engine refuses, as an answer.
    public init(_ failure: EngineFailure) {
        switch failure.kind {
        case .notFound: self.init(404, Refusal.notFound, failure.description)
        case .refused: self.init(409, "REFUSED", failure.description)
        case .unavailable: self.init(503, "UNAVAILABLE", failure.description)
        case .elsewhere(let turns):
            self.init(503, "ELSEWHERE", failure.description, details: turns.sorted().map { Issue(field: "turn", issue: "\($0)") })
        }
    }

    /// What the log refuses, as an answer.
    public init(_ failure: LogFailure) {
        switch failure.kind {
        case .unknownTopic: self.init(404, "UNKNOWN_TOPIC", failure.reason)
        case .outOfRange: self.init(422, "OFFSET_NOT_RETAINED", failure.reason)
        case .refused, .fenced: self.init(409, "REFUSED", failure.reason)
        case .unavailable, .unknown, .damaged, .full: self.init(503, "LOG_UNAVAILABLE", failure.reason)
        }
    }

    /// The code of what is not there.
    static let notFound = "NOT_FOUND"

    /// What is asked of jobs while they are being deployed.
    static let starting = Refusal(503, "STARTING", "the process is starting its jobs; ask again in a moment")

    /// A parameter that cannot be read.
    static func parameter(_ name: String, _ issue: String) -> Refusal {
        Refusal(422, "INVALID_PARAMETER", "\(name): \(issue)", details: [Issue(field: name, issue: issue)])
    }

    /// The answer, with the id by which the caller finds the request again.
    func response(correlation: String) -> HTTPResponse {
        let issues = details.map { JSON.object(["field": .string($0.field), "issue": .string($0.issue)]) }
        let error = JSON.object([
            "code": .string(code), "message": .string(message), "details": .array(issues), "correlation_id": .string(correlation),
        ])
        return .json(.object(["error": error, "detail": .string(message)]), status: status)
    }
}
