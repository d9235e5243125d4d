internal import Access
internal import Freight
internal import HTTPServer
internal import ReadModel
internal import StreamCore
internal import Wire

/// What the API does with entities of every type alike: list, make, read, replace, change, remove.
struct EntityRoutes<Thing: Entity> {
    /// What a caller needs to change them.
    let right: Right
    /// What a list may be filtered by, beside page and order.
    let filters: [Parameter]
    /// What the filters mean.
    let conditions: @Sendable (Arguments) -> [EntityQuery.Condition]
    /// What is embedded where one is read by id; nothing by default.
    var embedding: @Sendable ([UInt8], Replica.Entry, Desk) -> [UInt8] = { text, _, _ in text }
    /// Whether reading one by id takes longer than a look: hours of service are evaluated for it.
    var takesTime: @Sendable (Replica.Entry) -> Bool = { _ in false }
    /// A body, before its fields are read.
    var prepared: @Sendable (JSON) -> JSON = { $0 }

    private var type: EntityType { Thing.type }
    private var plural: String { Thing.type.plural }
    private var word: String { Thing.type.rawValue.lowercased() }
    private var path: String { "/api/\(plural)" }

    /// The six routes.
    var all: [Route] { [list, create, read, replace, update, remove] }

    /// Pages of them.
    var list: Route { pages(path, "List \(plural)", filters) }

    /// Pages of them, at that path and by those filters.
    func pages(_ path: String, _ summary: String, _ filters: [Parameter]) -> Route {
        let (conditions, type, collection) = (conditions, type, Collection(rawValue: plural) ?? .loads)
        return Route(
            method: .get, path: path, summary: summary, group: plural, right: .read, parameters: filters + Paging.parameters(collection),
            answers: [.init(200, .page(type), "A page of \(plural).")],
            serve: { call, desk in
                var query = Paging.query(collection, call.query, conditions(call.query))
                if let carrier = call.principal.carrierID, let column = collection["carrier_id"] ?? collection["id"] {
                    query.conditions.append(.oneOf(column, [carrier]))
                }
                desk.later(call) { [query] () throws(Refusal) in
                    let page = try desk.reading { () throws(ReadFailure) in try desk.model.page(query) }
                    call.answer(
                        200,
                        Paging.text(
                            page.items.map { desk.shown($0, type) }, named: collection.rawValue, page.total, query.limit, query.offset))
                }
            })
    }

    private var create: Route {
        let (type, prepared) = (type, prepared)
        return Route(
            method: .post, path: path, summary: "Create a \(word)", group: plural, right: right,
            body: .creating(Thing.self, prepared: prepared),
            answers: [
                .init(201, .entity(type), "The \(word), whole; `Location` says where it is."),
                .init(200, .entity(type), "It was made before under this key."),
            ],
            traits: [.repeatable, .logged, .contested, .conditional],
            serve: { call, desk throws(Refusal) in try desk.change(call, .create, of: type, body: call.body) })
    }

    private var read: Route {
        let (type, embedding, takesTime) = (type, embedding, takesTime)
        return Route(
            method: .get, path: "\(path)/{id}", summary: "Read a \(word)", group: plural, right: .read,
            answers: [
                .init(200, .entity(type), "The \(word), whole."), .init(304, .none, "It has the version that `If-None-Match` names."),
            ],
            serve: { call, desk throws(Refusal) in
                let id = call.id
                let entry = try desk.entry(type, id, for: call)
                if call.knows(version: entry.version) { return call.answerNothing(304, etag: entry.version) }
                if !takesTime(entry) { return call.answer(200, embedding(entry.text, entry, desk), etag: entry.version) }
                desk.later(call) { () throws(Refusal) in
                    call.answer(200, embedding(desk.shown(entry.text, type, id), entry, desk), etag: entry.version)
                }
            })
    }

    private var replace: Route { changing(.put, .put, "Replace a \(word)", whole: true) }
    private var update: Route { changing(.patch, .patch, "Change a \(word)", whole: false) }

    private func changing(_ method: Route.Method, _ mode: UpdateMode, _ summary: String, whole: Bool) -> Route {
        let type = type
        return Route(
            method: method, path: "\(path)/{id}", summary: summary,
            note: whole ? "What the body leaves out, it loses." : "As RFC 7396: null takes away, what is left out stays.", group: plural,
            right: right, body: .changing(Thing.self, whole: whole), answers: [.init(200, .entity(type), "The \(word) after the change.")],
            traits: [.repeatable, .conditional, .logged, .contested],
            serve: { call, desk throws(Refusal) in try desk.change(call, .update, mode, of: type, call.id, body: call.body) })
    }

    private var remove: Route {
        let type = type
        return Route(
            method: .delete, path: "\(path)/{id}", summary: "Delete a \(word)", group: plural, right: right,
            answers: [.init(204, .none, "It is gone.")], traits: [.repeatable, .conditional, .logged, .contested],
            serve: { call, desk throws(Refusal) in try desk.change(call, .delete, of: type, call.id, body: .object([])) })
    }

    /// A command of its own about one of them.
    func command(
        _ name: String, _ type: CommandType, _ methods: [Route.Method], _ summary: String, right: Right, body: BodyForm
    ) -> Route {
        let thing = self.type
        let path = "\(path)/{id}/\(name)"
        return Route(
            method: methods[0], path: path, aliases: methods.dropFirst().map { ($0, path) }, summary: summary, group: plural, right: right,
            body: body, answers: [.init(200, .entity(thing), "The \(word) after it.")],
            traits: [.repeatable, .conditional, .logged, .contested],
            serve: { call, desk throws(Refusal) in try desk.change(call, type, of: thing, call.id, body: call.body) })
    }
}

extension Desk {
    /// The entity that a call is about, where its caller sees it.
    func entry(_ type: EntityType, _ id: EntityID, for call: Call) throws(Refusal) -> Replica.Entry {
        guard let collection = type.collection, let entry = replica.entry(collection, id) else { throw .notFound(type, id) }
        if let carrier = call.principal.carrierID {
            let owner = type == .carrier ? id : entry.cell("carrier_id", of: collection).id
            if owner != EntityID(carrier) { throw .notFound(type, id) }
        }
        return entry
    }

    /// What the read model says; what it cannot say, as a refusal.
    func reading<Answer>(_ read: () throws(ReadFailure) -> Answer) throws(Refusal) -> Answer {
        do throws(ReadFailure) {
            return try read()
        } catch {
            switch error.kind {
            case .unavailable:
                throw Refusal(503, "UNAVAILABLE", "\(error.dependency ?? "the read model") does not answer; try again in a moment")
            case .timedOut: throw Refusal(504, "TIMED_OUT", "the answer took too long; ask for less")
            }
        }
    }

    /// An entity of a list as the API shows it.
    func shown(_ text: [UInt8], _ type: EntityType) -> [UInt8] {
        guard type == .driver, let id = (try? JSON(parsing: text))?["id"]?.string else { return text }
        return shown(text, type, EntityID(id))
    }
}
