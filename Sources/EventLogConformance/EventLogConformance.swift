internal import EventLog

/// The cases that every `EventLog` passes. A log's test file is a call with a fixture; a case it waives is left out by name, with a reason.
public enum EventLogConformance {
    /// Everything, in the order of a log's own importance.
    public static let all: [ConformanceCase] = appending + transactions + reading + starting + topicCases + cleaning + reopening

    /// Runs `cases`, each on a fixture of its own, and throws what failed, all of it.
    public static func run(_ cases: [ConformanceCase] = all, on makeFixture: () throws -> any LogFixture) throws {
        var failures: [ConformanceFailure] = []
        for item in cases {
            do {
                try item.run(on: try makeFixture())
            } catch let failure as ConformanceFailure {
                failures.append(failure)
            } catch {
                failures.append(ConformanceFailure(item.sentence, "\(error)"))
            }
        }
        if !failures.isEmpty { throw ConformanceFailures(all: failures) }
    }
}

/// One behaviour of a log, named by a sentence.
public struct ConformanceCase: Sendable, CustomStringConvertible {
    /// What a log does.
    public let sentence: String
    private let body: @Sendable (Subject) throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (Subject) throws -> Void) {
        self.sentence = sentence
        self.body = body
    }

    public var description: String { sentence }

    /// Runs it on a fixture of its own; throws `ConformanceFailure`, or what the log threw.
    public func run(on fixture: any LogFixture) throws {
        let subject = Subject(try fixture.open(), fixture, sentence)
        defer { subject.log.close() }
        try body(subject)
    }
}

/// What a log did instead.
public struct ConformanceFailure: Error, CustomStringConvertible {
    /// The case.
    public let sentence: String
    /// What was seen.
    public let seen: String

    init(_ sentence: String, _ seen: String) {
        self.sentence = sentence
        self.seen = seen
    }

    public var description: String { "\(sentence): \(seen)" }
}

/// All that a run found.
public struct ConformanceFailures: Error, CustomStringConvertible {
    /// One a case.
    public let all: [ConformanceFailure]
    public var description: String { all.map(\.description).joined(separator: "\n") }
}
