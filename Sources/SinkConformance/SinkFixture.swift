public import Sinks

/// What a sink brings to be tested: writers for a target of its own, and what only the target's side can do. One fixture serves one case.
public protocol SinkFixture: AnyObject {
    associatedtype Writer: SinkWriter

    /// A writer for this fixture's target, as a task would make it: later ones find what earlier ones wrote.
    func makeWriter() -> Writer

    /// A row that the target takes; `number` tells it from every other.
    func row(_ number: Int) -> Writer.Row

    /// A row that the target refuses whatever stands around it; `nil` where there is none.
    func refusedRow(_ number: Int) -> Writer.Row?

    /// The numbers of the rows that the target has, one for each row.
    func numbers() throws -> [Int]

    /// The next commit is done, and its answer gets lost; `false` where that cannot be had.
    func loseNextAnswer() -> Bool

    /// The target cannot be reached, until it can be again; `false` where that cannot be had.
    func beAway(_ isAway: Bool) -> Bool
}
