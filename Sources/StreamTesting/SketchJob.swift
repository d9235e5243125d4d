public import Dataflow

/// A job that a test writes down where it needs it.
public struct SketchJob: Job {
    public static let name = "sketch"
    public static let summary = "a test's graph"
    private let graph: @Sendable (Flow) -> Void

    /// A job of that graph.
    public init(_ graph: @escaping @Sendable (Flow) -> Void) { self.graph = graph }

    public func declare(in flow: Flow) { graph(flow) }
}
