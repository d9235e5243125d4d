public import Dataflow
internal import Freight
internal import StreamCore
internal import Wire

/// Finds another way for routes under way when a segment of theirs closes or traffic on it changes.
///
/// It compares what is with what ought to be: whenever the network or a route changes, each ACTIVE route is held against the network as it
/// is, and one whose way is not what it was planned to be is planned again from the next place that its vehicle comes to. Nothing is
/// remembered across a start but what the topics have, so a change that came while nobody ran is seen at the next start. The route's owner
/// is asked to write it: the command's id follows from the route's version and the new way, and names that version, so that every process
/// may ask and one is heard.
public struct RouteOptimization: Job {
    public static let name = "route-optimization"
    public static let summary = "finds another way for routes under way when the network changes"

    static let network = Inlet<RawJSON>("network")
    static let routes = Inlet<RawJSON>("routes")
    static let hours = Inlet<RawJSON>("hours")
    static let tracking = Inlet<RawJSON>("tracking")
    static let commands = Outlet<Command>("commands")

    /// How far back fixes are read at a start.
    private static let reach: Duration = .seconds(3_600)

    public init(settings: inout SettingsReader) throws(SettingsFailure) { try settings.finish() }

    public func declare(in flow: Flow) {
        // The network first: what a round reads of the routes is held against it.
        flow.resident(
            "planner", following: [Self.network, Self.routes, Self.hours, Self.tracking], reachingBack: [Self.tracking.name: Self.reach],
            writing: [Self.commands]
        ) { scope throws(StageFailure) in
            try Planner(scope)
        }
    }
}
