public import HTTPServer
internal import StreamCore

extension FeedRequest {
    /// What a request for server-sent events asks for: the filters as query parameters, lists repeated or with commas, `near=lat,lng` with
    /// `radius` in miles; the token in `Last-Event-ID` or `from`.
    public init(_ request: HTTPRequest, within scope: FeedScope, _ catalog: FeedCatalog) throws(Problems) {
        var members = ["event_types", "entity_types", "entity_ids", "topics"].map { name in
            JSON.Member(name, .array(request.query.all(name).flatMap { $0.split(separator: ",") }.map { .string(String($0)) }))
        }
        if let near = request.query["near"] {
            let parts = near.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
            func number(_ value: Double??) -> JSON { (value ?? nil).map { .number($0) } ?? .null }
            let circle = JSON.object([
                "latitude": number(parts.first), "longitude": parts.count == 2 ? number(parts.last) : .null,
                "radius_miles": number(request.query["radius"].map(Double.init)),
            ])
            members.append(JSON.Member("near", circle))
        }
        if let token = request.headers["Last-Event-ID"] ?? request.query["from"], !token.isEmpty {
            members.append(JSON.Member("from", .string(token)))
        }
        do throws(Problems) {
            try self.init(.object(members), within: scope, catalog)
        } catch {
            // A query has the radius beside the place.
            throw Problems(all: error.all.map { Problem(field: $0.field == "near.radius_miles" ? "radius" : $0.field, issue: $0.issue) })
        }
    }
}

extension LiveFeed {
    /// The answer that a stream of server-sent events begins with.
    public static let streamHead = HTTPResponse(
        headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"], body: comment)

    /// Has a stream that has begun with `streamHead` follow what was asked for until its client leaves, or may not stay.
    public func stream(_ request: FeedRequest, over stream: HTTPBodyStream, stays: @escaping @Sendable () -> Bool = { true }) {
        let number = reserve()
        add(number, .stream(stream), nil, stays)
        follow(request, number)
    }
}
