public import Dataflow
internal import Freight
internal import StreamCore

/// The API: takes requests, sends commands, and answers from replies and from a replica of the fleet. Runs in every process.
///
/// A change is a command on `tms.commands`; the answer comes back on `tms.replies` under this process's name, and is given once the replica
/// holds the version that it names, so a client reads its own writes. What is read by id, listed and searched comes from the replica, which
/// follows `tms.entities.*`; the public topics feed tracks, the dashboard and what is pushed.
public struct Gateway: Job {
    public static let name = "gateway"
    public static let summary = "the API: requests into commands, replies and what is known of the fleet into answers"

    static let replies = Inlet<Reply>("replies")
    static let hours = Inlet<RawJSON>("hours")
    static let performance = Inlet<RawJSON>("performance")
    static let network = Inlet<RawJSON>("network")
    /// The snapshots of each type.
    static let entities = EntityType.owned.map { (type: $0, inlet: Inlet<RawJSON>("entities-\($0.plural)")) }
    /// Every public topic.
    static let events = [
        ("loads", "tms.loads"), ("vehicles", "tms.vehicles"), ("tracking", "tms.vehicles.tracking"), ("drivers", "tms.drivers"),
        ("routes", "tms.routes"), ("carriers", "tms.carriers"), ("alerts", "tms.system.alerts"), ("predictions", "tms.ai.predictions"),
        ("anomalies", "tms.anomalies"),
    ].map { (inlet: Inlet<BusinessEvent>($0.0), topic: $0.1) }
    /// Commands, by the topic that the owner of what they are about reads.
    static let commands = [
        ("tms.commands", "commands"), ("tms.commands.api_keys", "commands-api_keys"), ("tms.commands.webhooks", "commands-webhooks"),
        ("tms.commands.events", "commands-events"),
    ].map { (topic: $0.0, outlet: Outlet<Command>($0.1)) }
    /// What is registered beside the fleet.
    static let registered = [EntityType.apiKey, .webhook].map { (type: $0, inlet: Inlet<RawJSON>("entities-\($0.plural)")) }

    let settings: GatewaySettings
    let surroundings: Surroundings

    /// The gateway of those settings, in those surroundings.
    public init(settings: inout SettingsReader, in surroundings: Surroundings) throws(SettingsFailure) {
        self.settings = try GatewaySettings(&settings)
        self.surroundings = surroundings
    }

    public func declare(in flow: Flow) {
        let (settings, surroundings) = (settings, surroundings)
        // Replies first: what a round reads of the snapshots after them was committed before them.
        let inlets: [any NamedInlet] =
            [Self.replies] + Self.entities.map(\.inlet) + Self.registered.map(\.inlet) + [Self.hours, Self.performance, Self.network]
            + Self.events.map(\.inlet)
        let back = Dictionary(
            uniqueKeysWithValues: Self.events.map { event in
                (event.inlet.name, event.topic == EventType.vehicleLocationUpdated.topic ? settings.tracksKept : settings.eventsKept)
            })
        flow.resident(
            "api", following: inlets, reachingBack: back, writing: Self.commands.map(\.outlet)
        ) { scope throws(StageFailure) in
            try GatewayStage(settings, surroundings, scope)
        }
    }
}

/// How the gateway is set, from `topology/gateway.yaml`.
struct GatewaySettings: Sendable {
    /// How long a request may wait for its answer.
    let patience: EventTime.Span
    /// How long positions are kept in memory, and how many.
    let tracksKept: Duration
    let pointsKept: Int
    /// How long events are counted for the dashboard, and how many of the newest are kept whole.
    let eventsKept: Duration
    let recentKept: Int
    /// How many events it knows the places of that were published under a key.
    let placesKept: Int
    /// About how many bytes of the newest events are held for those who follow them and come back.
    let feedHeld: Int
    /// How many threads answer what takes longer than a look.
    let readers: Int
    /// The terms of drivers who have none of their own.
    let terms: HoursTerms

    init(_ settings: inout SettingsReader) throws(SettingsFailure) {
        patience = .init(settings.duration("patience", default: .seconds(10), atLeast: .milliseconds(100)))
        tracksKept = settings.duration("tracks-kept", default: .seconds(86_400), atLeast: .seconds(60))
        pointsKept = settings.integer("points-kept", default: 500_000, in: 1_000...100_000_000)
        eventsKept = settings.duration("events-kept", default: .seconds(30 * 86_400), atLeast: .seconds(60))
        recentKept = settings.integer("recent-kept", default: 10_000, in: 1...1_000_000)
        placesKept = settings.integer("places-kept", default: 1_000_000, in: 1...100_000_000)
        feedHeld = settings.integer("feed-held", default: 16 << 20, in: 0...(1 << 40))
        readers = settings.integer("readers", default: 2, in: 1...64)
        terms = try HoursTerms(
            ruleSet: settings.text("ruleset", default: "US_PROPERTY"), cycle: settings.text("cycle", default: "70/8"),
            timeZone: settings.text("timezone", default: "America/Chicago"), dayStart: settings.text("day-start", default: "00:00"))
        try settings.finish()
    }
}
