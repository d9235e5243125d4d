internal import Sinks
internal import StreamCore

/// The cases that every `SinkWriter` passes. A sink's test file is a call with a fixture.
public enum SinkConformance {
    /// Every case, by its sentence.
    public static var cases: [String] { all.map(\.sentence) }

    /// Runs one case on a fixture of its own; throws what was seen instead. Says nothing where the fixture cannot have it.
    public static func run(_ sentence: String, on fixture: some SinkFixture) throws {
        guard let found = all.first(where: { $0.sentence == sentence }) else { throw SinkDeviation(sentence, "there is no such case") }
        try found.run(fixture)
    }

    private struct Case: Sendable {
        let sentence: String
        let run: @Sendable (any SinkFixture) throws -> Void

        init(_ sentence: String, _ body: @escaping @Sendable (String, any SinkFixture) throws -> Void) {
            self.sentence = sentence
            run = { try body(sentence, $0) }
        }
    }

    private static let all: [Case] = [
        Case("a target that knows nothing of a partition leaves it out") { try open($0, $1).leavesOutWhatIsUnknown() },
        Case("rows and positions are written together") { try open($0, $1).writesTogether() },
        Case("a step that was done is not done again") { try open($0, $1).doesNothingTwice() },
        Case("a step from elsewhere than where the target is writes nothing") { try open($0, $1).refusesAStepFromElsewhere() },
        Case("a step that leads nowhere is taken where the target is, and nowhere else") { try open($0, $1).staysWhereItIs() },
        Case("an owner that comes later finds what the one before wrote") { try open($0, $1).isTakenOver() },
        Case("an owner that was taken over from writes nothing, however late") { try open($0, $1).fences() },
        Case("the same owner may ask again, and go on") { try open($0, $1).asksAgain() },
        Case("tasks of one sink do not disturb each other") { try open($0, $1).keepsTasksApart() },
        Case("a step without rows moves the positions") { try open($0, $1).movesWithoutRows() },
        Case("rows that are refused are named, and the others are taken without them") { try open($0, $1).namesRefusedRows() },
        Case("a commit whose answer is lost is unknown, and the target says how it ended") { try open($0, $1).settlesTheUnknown() },
        Case("a target that is away is waited for, and then goes on where it was") { try open($0, $1).comesBack() },
        Case("many rows are one step") { try open($0, $1).takesManyRows() },
    ]

    private static func open(_ sentence: String, _ fixture: some SinkFixture) -> any SinkTrying { SinkTrial(sentence, fixture) }
}

/// What a sink did instead.
public struct SinkDeviation: Error, CustomStringConvertible {
    /// The case, and what was seen.
    public let description: String

    init(_ sentence: String, _ seen: String) { description = "\(sentence): \(seen)" }
}
