public import StreamCore
internal import Wire

/// What one client says over a WebSocket and what it is answered, frame by frame: decisions only, sent and carried out by whoever holds it.
///
/// unknown ─authenticate─▶ checking ─accepted─▶ known ─subscribe, unsubscribe, ping─▶ known;  anything refused for good ─▶ over
/// A frame that cannot be understood is answered with an error frame, and the connection stays.
public struct FeedSession: Sendable {
    /// What is to be done, in order.
    public enum Action: Hashable, Sendable {
        /// Send that frame.
        case send([UInt8])
        /// Find out whose token this is and tell by `authenticated`.
        case authenticate(token: String)
        /// Follow that in place of what was followed, then send `subscribed`.
        case subscribe(FeedRequest)
        /// Follow nothing.
        case unsubscribe
        /// End the connection with that reason, as against a policy.
        case close(String)
    }

    private enum State: Hashable {
        /// Who it is must be said first, by then.
        case unknown(until: EventTime)
        /// Its token is being looked at.
        case checking
        case known
        case over
    }

    private let connectionID: String
    private let catalog: FeedCatalog
    private var state: State
    private var scope: FeedScope

    /// How long a client may take to say who it is.
    private static let patience = EventTime.Span(microseconds: 10_000_000)

    /// A session that begins now, of somebody who may see `scope`. Where that is not known yet, an `authenticate` frame must come first.
    public init(connectionID: String, _ catalog: FeedCatalog, scope: FeedScope?, at now: EventTime) {
        self.connectionID = connectionID
        self.catalog = catalog
        self.scope = scope ?? .everything
        state = scope != nil ? .known : .unknown(until: now.advanced(by: FeedSession.patience))
    }

    /// The first frame, sent before anything is asked.
    public func welcome(at now: EventTime) -> [UInt8] {
        frame("welcome", ["connection_id": .string(connectionID), "server_time": .string(now.rfc3339)])
    }

    /// Takes a frame.
    public mutating func received(_ text: [UInt8], at now: EventTime) -> [Action] {
        if state == .over { return [] }
        let message: JSON
        do throws(DecodeFailure) {
            message = try JSON(parsing: text)
        } catch {
            return [refusal("BAD_JSON", error.reason, nil)]
        }
        guard message.members != nil, let type = message["type"]?.string else {
            return [refusal("BAD_FRAME", "a frame is an object with a type", message["id"])]
        }
        switch (type, state) {
        case ("ping", _):
            return [.send(frame("pong", ["id": message["id"], "server_time": .string(now.rfc3339)]))]
        case ("authenticate", .unknown), ("authenticate", .known):
            guard let token = message["token"]?.string else {
                return [refusal("BAD_FRAME", "authenticate holds the text `token`", message["id"])]
            }
            state = .checking
            return [.authenticate(token: token)]
        case (_, .unknown), (_, .checking):
            return [
                refusal("NOT_AUTHENTICATED", "send {\"type\":\"authenticate\",\"token\":…} first, and wait for its answer", message["id"])
            ]
        case ("subscribe", _):
            do throws(FeedRequest.Problems) {
                return [.subscribe(try FeedRequest(message, within: scope, catalog))]
            } catch {
                return [
                    refusal("INVALID_SUBSCRIPTION", "the subscription is not taken; what was followed is followed on", message["id"], error)
                ]
            }
        case ("unsubscribe", _):
            return [.unsubscribe, .send(frame("unsubscribed", ["id": message["id"]]))]
        default:
            let types = ["subscribe", "unsubscribe", "ping", "authenticate"]
            let hint = nearest(to: type, among: types).map { "did you mean \($0)?" } ?? "there are \(types.joined(separator: ", "))"
            return [refusal("UNKNOWN_TYPE", "\(type) is no type of frame; \(hint)", message["id"])]
        }
    }

    /// What became of the token that was to be looked at: what its owner may see, or `nil` where it is not accepted. What is followed
    /// already is followed on where they may see the same, and has to be asked for again otherwise.
    public mutating func authenticated(_ scope: FeedScope?) -> [Action] {
        guard state == .checking else { return [] }
        state = scope != nil ? .known : .over
        if let scope {
            defer { self.scope = scope }
            return (scope == self.scope ? [] : [.unsubscribe]) + [.send(frame("authenticated", [:]))]
        }
        return [refusal("NOT_AUTHENTICATED", "the token is not accepted", nil), .close("not authenticated")]
    }

    /// To be asked now and then: ends the session of a client that does not say who it is.
    public mutating func waited(until now: EventTime) -> [Action] {
        guard case .unknown(let limit) = state, now >= limit else { return [] }
        state = .over
        return [refusal("NOT_AUTHENTICATED", "no authenticate frame came in time", nil), .close("not authenticated")]
    }

    /// The answer to a request that is carried out; events behind `token` follow.
    public func subscribed(_ request: FeedRequest, resume token: String) -> [UInt8] {
        let filter = request.filter
        return frame(
            "subscribed",
            [
                "id": request.id,
                "event_types": filter.eventTypes.json, "entity_types": filter.entityTypes.json, "entity_ids": filter.entityIDs.json,
                "topics": Set(filter.topics.indices.map { catalog.topics[$0].name }).json,
                "resume": .string(token),
            ])
    }

    private func refusal(_ code: String, _ message: String, _ id: JSON?, _ problems: FeedRequest.Problems? = nil) -> Action {
        let details = problems.map { problems in
            JSON.array(problems.all.map { .object(["field": .string($0.field), "issue": .string($0.issue)]) })
        }
        return .send(frame("error", ["id": id, "code": .string(code), "message": .string(message), "details": details]))
    }

    private func frame(_ type: String, _ members: KeyValuePairs<String, JSON?>) -> [UInt8] {
        guard case .object(let rest) = JSON.object(members) else { return [] }
        return JSON.object([JSON.Member("type", .string(type))] + rest).compact
    }
}

extension Set<String> {
    fileprivate var json: JSON { .array(sorted().map { .string($0) }) }
}
