internal import Access
internal import Freight
internal import HTTPServer
internal import StreamCore

/// What the API does with API keys and webhooks.
struct RegisteredRoutes<Thing: Entity> {
    /// Where they are: `/api/<name>`.
    let name: String
    /// What one is called.
    let word: String

    private var type: EntityType { Thing.type }
    private var path: String { "/api/\(name)" }

    var list: Route {
        let type = type
        return Route(
            method: .get, path: path, summary: "List \(word)s", group: name, right: .administer, parameters: Paging.window,
            answers: [.init(200, .page(type), "A page of \(word)s, the oldest first.")],
            serve: { call, desk in
                let (limit, offset) = (Paging.limit(call.query), Paging.offset(call.query))
                let (items, total) = desk.register.page(type, seenBy: call.principal.carrierID, limit: limit, offset: offset)
                call.answer(200, Paging.text(items, named: type.plural, total, limit, offset))
            })
    }

    var read: Route {
        let type = type
        return Route(
            method: .get, path: "\(path)/{id}", summary: "Read \(word)", group: name, right: .administer,
            answers: [.init(200, .entity(type), "It, whole.")],
            serve: { call, desk throws(Refusal) in
                guard let entry = desk.register.entry(type, call.id, seenBy: call.principal.carrierID) else {
                    throw .notFound(type, call.id)
                }
                call.answer(200, entry.text, etag: entry.version)
            })
    }

    var create: Route {
        let type = type
        return Route(
            method: .post, path: path, summary: "Make \(word)", group: name, right: .administer, body: .creating(Thing.self),
            answers: [.init(201, .entity(type), "It, whole; `Location` says where it is.")],
            traits: [.repeatable, .logged, .contested, .conditional],
            serve: { call, desk throws(Refusal) in try desk.change(call, .create, of: type, body: call.body) })
    }

    var replace: Route { changing(.put, .put, "Replace \(word)", whole: true) }
    var update: Route { changing(.patch, .patch, "Change \(word)", whole: false) }

    private func changing(_ method: Route.Method, _ mode: UpdateMode, _ summary: String, whole: Bool) -> Route {
        let type = type
        return Route(
            method: method, path: "\(path)/{id}", summary: summary, group: name, right: .administer,
            body: .changing(Thing.self, whole: whole),
            answers: [.init(200, .entity(type), "It after the change.")], traits: [.repeatable, .conditional, .logged, .contested],
            serve: { call, desk throws(Refusal) in try desk.change(call, .update, mode, of: type, call.id, body: call.body) })
    }

    var remove: Route {
        let type = type
        return Route(
            method: .delete, path: "\(path)/{id}", summary: "Remove \(word)", group: name, right: .administer,
            answers: [.init(204, .none, "It is gone.")], traits: [.repeatable, .conditional, .logged, .contested],
            serve: { call, desk throws(Refusal) in try desk.change(call, .delete, of: type, call.id, body: .object([])) })
    }
}

extension Route {
    /// Keys: made with their text in the answer, once; listed; revoked.
    static let apiKeys: [Route] = {
        let routes = RegisteredRoutes<APIKey>(name: "api-keys", word: "an API key")
        var create = routes.create
        create.note = "The member `key` of the answer is the key's text. It is shown this once, and kept nowhere."
        create.serve = { call, desk throws(Refusal) in
            guard let text = APIKeyText.random() else {
                throw Refusal(503, "UNAVAILABLE", "the system gives no random bytes at the moment; try again in a moment")
            }
            let given = (call.body.members ?? []).filter { $0.name != "prefix" && $0.name != "digest" }
            let body = JSON.object(given + [JSON.Member("prefix", .string(text.prefix)), JSON.Member("digest", .string(text.digest))])
            try desk.change(call, .create, of: .apiKey, body: body) { shown in
                // An answer that is given again is about another text, which nobody has any more.
                shown.contains("\"prefix\":\"\(text.prefix)\"") ? shown.adding("key", JSON.string(text.revealed).compact) : shown
            }
        }
        return [routes.list, create, routes.read, routes.update, routes.remove]
    }()

    /// Webhooks: subscriptions to events, and what became of their deliveries.
    static let webhooks: [Route] = {
        let routes = RegisteredRoutes<Webhook>(name: "webhooks", word: "a webhook")
        let replay = Route(
            method: .post, path: "/api/webhooks/{id}/replay", summary: "Send again what a webhook did not get",
            note: "All that was given up and is still kept, or those of `event_ids`; they go behind what waits.", group: "webhooks",
            right: .administer, body: BodyForm([.init("event_ids", .list(.id), isRequired: false)]),
            answers: [.init(200, .entity(.webhook), "The webhook after it.")], traits: [.repeatable, .conditional, .logged, .contested],
            serve: { call, desk throws(Refusal) in try desk.change(call, .replay, of: .webhook, call.id, body: call.body) })
        return [routes.list, routes.create, routes.read, routes.replace, routes.update, routes.remove, replay]
    }()
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }
}

extension EntityType {
    /// How paths name many of it.
    var pathName: String { self == .apiKey ? "api-keys" : plural }
}
