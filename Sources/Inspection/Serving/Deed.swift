public import StreamCore
internal import HTTPServer

/// Something that somebody did to the system through `/ops`: what an audit record says of it.
public struct Deed: Sendable {
    /// What kind of deed it is, as audit records name it.
    public enum Action: String, Sendable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case statusChange = "STATUS_CHANGE"
        case publish = "PUBLISH"
    }

    /// What kind of thing it was done to: `jobs`, `savepoints`, `topics`, `dead_letters`, `topology`.
    public let table: String
    /// To which one.
    public let name: String
    /// What kind of deed it is.
    public let action: Action
    /// What there is to say of it, by name.
    public let facts: [(name: String, value: JSON)]
    /// Who did it; `nil` for nobody in particular.
    public let user: String?
    /// The request that it was done by.
    public let correlationID: String
}

extension Inspection.Route {
    /// The deed that an answer to a request is the end of; `nil` for one that changes nothing.
    func deed(_ path: RouteParameters, _ answer: JSON, by user: String?, _ correlation: String) -> Deed? {
        func deed(_ table: String, _ name: String, _ action: Deed.Action, _ facts: String..., also own: (String, JSON)...) -> Deed {
            Deed(
                table: table, name: name, action: action,
                facts: own + facts.compactMap { fact in answer[fact].map { (fact, $0) } }, user: user, correlationID: correlation)
        }
        switch self {
        case .change(let verb): return deed("jobs", path["job"], .statusChange, "state", also: ("verb", .string(verb.rawValue)))
        case .createSavepoint: return deed("savepoints", path["job"], .create, "name", "rows")
        case .restoreSavepoint: return deed("jobs", path["job"], .update, "restored", "rows", "kept_positions")
        case .dropSavepoint: return deed("savepoints", path["job"], .delete, "dropped")
        case .publish: return deed("topics", path["topic"], .publish, "count")
        case .replayDeadLetters: return deed("dead_letters", path["topic"], .update, "replayed", "left")
        case .dropDeadLetters: return deed("dead_letters", path["topic"], .delete, "dropped", "left")
        case .readTablesAgain: return deed("captures", "cdc", .update, "asked", "position")
        case .apply: return deed("topology", "topology", .update, "version", "jobs")
        case .members, .jobs, .job, .states, .rows, .row, .differences, .savepoints, .topics, .topic, .records, .groups, .deadLetterTopics,
            .deadLetters, .captureStatus, .capturedTables, .topology, .health, .ready, .live, .metrics:
            return nil
        }
    }
}

extension Refusal {
    /// 503: a deed that is done, and of which the log takes no audit record.
    static let unrecorded = Refusal(
        503, "NOT_RECORDED", "it is done, but the log does not take its audit record at the moment; look before doing it again")
}
