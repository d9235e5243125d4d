public import ReadModel
internal import StreamCore
internal import Wire

/// What every `ReadModel` has to answer. A model's test file is a call with a fixture; a case it waives is left out by name, with a reason.
public enum ReadModelConformance {
    /// Everything.
    public static let all: [ReadModelCase] = filtering + sorting + tracks + figures

    /// Runs `cases`, each on a fixture of its own, and throws what failed, all of it.
    public static func run(_ cases: [ReadModelCase] = all, on makeFixture: () throws -> any ReadModelFixture) throws {
        var failures: [String] = []
        for item in cases {
            do {
                try item.body(Subject(try makeFixture()))
            } catch {
                failures.append("\(item.sentence): \(error)")
            }
        }
        if !failures.isEmpty { throw ReadModelMismatch(failures.joined(separator: "\n")) }
    }
}

/// A model to be tried, and the ways to fill it. Each case gets an empty one.
public protocol ReadModelFixture {
    /// The model.
    var model: any ReadModel { get }
    /// Takes entities as they are now, each the text of a snapshot; returns once the model shows them.
    func take(_ collection: Collection, _ snapshots: [[UInt8]]) throws
    /// Takes a vehicle's points; returns once the model shows them.
    func take(_ points: [TrackPoint], of vehicle: String) throws
    /// Takes events, each the text of one, as on `topic`; returns once the model counts them.
    func take(events: [[UInt8]], on topic: String) throws
}

/// One behaviour of a read model, named by a sentence.
public struct ReadModelCase: Sendable {
    /// What a model does.
    public let sentence: String
    let body: @Sendable (Subject) throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (Subject) throws -> Void) {
        self.sentence = sentence
        self.body = body
    }
}

/// What a model answered instead.
public struct ReadModelMismatch: Error, CustomStringConvertible {
    /// All of it, a line each.
    public let description: String
    init(_ description: String) { self.description = description }
}

/// A model under test with the small tools that cases are told in.
final class Subject {
    let fixture: any ReadModelFixture
    var model: any ReadModel { fixture.model }

    init(_ fixture: any ReadModelFixture) { self.fixture = fixture }

    func expectEqual<Value: Equatable>(_ seen: Value, _ wanted: Value, _ what: String) throws {
        if seen != wanted { throw ReadModelMismatch("\(what) is \(seen), not \(wanted)") }
    }

    /// The members `name` of what a query finds, in order, and the total.
    func found(_ query: EntityQuery, _ name: String) throws -> [String] {
        let page = try model.page(query)
        return try page.items.map { item in
            guard let text = try JSON(parsing: item)[name]?.string else { throw ReadModelMismatch("an item without \(name)") }
            return text
        }
    }
}
