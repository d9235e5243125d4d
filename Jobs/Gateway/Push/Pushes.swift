internal import Access
internal import Dataflow
internal import EventFeed
internal import EventLog
internal import Freight
internal import HTTPServer
internal import StreamCore

/// What the gateway pushes: every public event to those who follow it, over WebSockets and as server-sent events.
final class Pushes: Sendable {
    let feed: LiveFeed
    private let door: FeedDoor
    private let origins: Origins
    private let makeID: @Sendable () -> EntityID

    /// Where WebSockets are.
    private static let paths: Set<[String]> = [["ws"], ["ws", "events"]]

    init(_ settings: GatewaySettings, _ surroundings: Surroundings, _ scope: ResidentScope, _ replica: Replica) throws(StageFailure) {
        var topics: [FeedCatalog.Topic] = []
        for (inlet, topic) in Gateway.events {
            let types = EventType.allCases.filter { $0.topic == topic }.map(\.rawValue)
            let bound = try scope.topic(of: inlet)
            topics.append(FeedCatalog.Topic(bound.name, partitions: bound.partitions, eventTypes: Set(types)))
        }
        do throws(LogFailure) {
            feed = try LiveFeed(
                FeedCatalog(topics, entityTypes: Set(EventSchema.subjects.map(\.rawValue))), of: scope.log, holding: settings.feedHeld,
                surroundings.metrics, owner: Pushes.owner(replica), clock: scope.clock)
        } catch {
            throw StageFailure(
                "starting: finding where events end: \(error.reason)", blame: .system, remedy: error.kind == .unavailable ? .wait : .retry)
        }
        let entropy = surroundings.entropy
        let makeID: @Sendable () -> EntityID = { EntityID.version7(at: scope.clock(), entropy()) }
        door = FeedDoor(
            feed, identify: Pushes.identify(surroundings, makeID), makeID: { makeID().description }, clock: scope.clock)
        origins = Origins(surroundings.origins)
        self.makeID = makeID
    }

    /// Answers a request for a WebSocket; `false` where it is for something else.
    func take(_ request: HTTPRequest, _ reply: HTTPReply) -> Bool {
        guard request.segments.first == "ws", Pushes.paths.contains(request.segments) else { return false }
        if !request.isUpgrade {
            var response = Pushes.refused(
                Refusal(426, "UPGRADE_REQUIRED", "\(request.path) is a WebSocket: ask for the upgrade"), request, makeID)
            response.headers["Upgrade"] = "websocket"
            reply.send(response)
        } else if origins.allows(request) {
            door.take(request, reply)
        } else {
            let refusal = Refusal(403, "ORIGIN_NOT_ALLOWED", "pages of this origin may not connect; LINEHAUL_CORS names those that may")
            reply.send(Pushes.refused(refusal, request, makeID))
        }
        return true
    }

    /// Answers a call for server-sent events.
    func stream(_ call: Call) throws(Refusal) {
        let asked: FeedRequest
        do throws(FeedRequest.Problems) {
            asked = try FeedRequest(call.request, within: Pushes.scope(of: call.principal), feed.catalog)
        } catch {
            throw .invalid(error.all.map { FieldProblem($0.field, $0.issue) })
        }
        // Whoever asks what the answer would be like does not stay for it.
        if call.request.method == "HEAD" { return call.reply.send(HTTPResponse(headers: LiveFeed.streamHead.headers)) }
        if let stream = call.reply.begin(LiveFeed.streamHead) { feed.stream(asked, over: stream, stays: call.stays) }
    }

    /// Whose a thing is, as the replica knows it.
    static func owner(_ replica: Replica) -> FeedEventReader.Owner {
        { type, id in replica.carrier(of: type, EntityID(id))?.description }
    }

    /// The answer to somebody who gets no WebSocket, to be found again by the request's correlation id like any other.
    private static func refused(_ refusal: Refusal, _ request: HTTPRequest, _ makeID: () -> EntityID) -> HTTPResponse {
        let correlation = request.correlation(makeID)
        var response = HTTPResponse.refusal(refusal, correlation)
        response.headers["X-Correlation-Id"] = correlation
        return response
    }

    private static func identify(
        _ surroundings: Surroundings, _ makeID: @escaping @Sendable () -> EntityID
    ) -> @Sendable (HTTPRequest) -> FeedDoor.Identity {
        { request in
            let identified = surroundings.identify(request)
            switch identified.result {
            case .success(let principal):
                guard principal.role.rights.contains(.read) else {
                    return .refused(
                        refused(Refusal(403, "FORBIDDEN", "\(principal.role.rawValue) may not follow events"), request, makeID))
                }
                return .known(FeedGuest(scope(of: principal), stays: identified.stays))
            case .failure(let refusal):
                let hasSaid = ["Authorization", "X-API-Key"].contains { request.headers[$0] != nil }
                if refusal.status == 401, !hasSaid { return .unknown }
                var response = refused(refusal, request, makeID)
                for (name, value) in identified.headers { response.headers[name] = value }
                return .refused(response)
            }
        }
    }

    /// What of all events a principal may see.
    private static func scope(of principal: Access.Principal) -> FeedScope {
        if principal.role == .driver { return .driver(principal.driverID ?? "", of: principal.carrierID) }
        return principal.carrierID.map { .carrier($0) } ?? .everything
    }
}
