internal import Access
internal import Freight
internal import HTTPServer
internal import StreamCore

/// One thing that the API does: where it is, what it takes, what it answers and who may. Routing, validation and the OpenAPI document
/// follow from this alone.
struct Route: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// A promise beside its answers.
    enum Trait: Sendable {
        /// It takes `If-Match`: another version is refused.
        case conditional
        /// It takes `Idempotency-Key`: sent again it gets the same answer for 24 h.
        case repeatable
        /// It leaves by the log: it can be away, or an answer can be late.
        case logged
        /// It is refused where things stand otherwise, or where what it names is not there.
        case contested
    }

    /// An answer that is no refusal.
    struct Answer: Sendable {
        let status: Int
        let content: Content
        let meaning: String

        init(_ status: Int, _ content: Content, _ meaning: String) {
            (self.status, self.content, self.meaning) = (status, content, meaning)
        }
    }

    let method: Method
    let path: String
    /// Other ways to it: those of the API's first version.
    var aliases: [(method: Method, path: String)] = []
    /// What it does, as somebody would say it of a caller: "List loads".
    let summary: String
    /// What else there is to know.
    var note = ""
    /// Under which heading it stands.
    let group: String
    /// What a caller needs; nil for nothing.
    let right: Right?
    /// Whether what it answers is narrowed to what its caller may see, so that a driver may ask too.
    var isNarrowed = false
    var parameters: [Parameter] = []
    var body: BodyForm?
    let answers: [Answer]
    var traits: Set<Trait> = []
    /// Answers a call, on the listener's thread: at once, or elsewhere. Nil for what another part of the process serves.
    var serve: (@Sendable (Call, Desk) throws(Refusal) -> Void)?

    /// Every method and path that leads to it.
    var places: [(method: Method, path: String)] { [(method, path)] + aliases }

    /// The names in its path. All of them are ids.
    var pathNames: [String] { path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) } }

    /// The statuses of its refusals.
    var refusals: [Int] {
        // A target or a header may be too large whatever is asked for.
        var statuses: Set<Int> = right == nil ? [431] : [401, 403, 429, 431]
        if !pathNames.isEmpty { statuses.formUnion([404, 422]) }
        if !parameters.isEmpty || body != nil { statuses.insert(422) }
        if body != nil { statuses.formUnion([413, 415]) }
        if traits.contains(.conditional) { statuses.formUnion([412, 422]) }
        if traits.contains(.repeatable) { statuses.formUnion([409, 422]) }
        if traits.contains(.contested) { statuses.formUnion([404, 409]) }
        if traits.contains(.logged) { statuses.formUnion([503, 504]) }
        return statuses.subtracting(answers.map(\.status)).sorted()
    }
}

/// What an answer carries.
indirect enum Content: Sendable {
    case none
    /// A JSON value of that shape.
    case shape(Shape)
    /// A whole entity.
    case entity(EntityType)
    /// A page of entities, under their plural.
    case page(EntityType)
    /// A page of something else, under that name.
    case pageOf(String, Shape)
    /// Something that is no JSON.
    case media(String)
}

extension Route {
    /// Every route there is.
    static let all: [Route] =
        loads + vehicles + drivers + carriers + plannedRoutes + events + dashboard + apiKeys + webhooks + system
}
