public import Dataflow
internal import Freight
internal import StreamCore

/// Holds every event that is published against the catalog: one of a type that nobody knows, of another topic's, or that does not say what
/// its type does, becomes a dead letter with everything that is wrong with it in words.
///
/// Nothing leaves it but dead letters. The jobs that read the same topics skip what it refuses (`CatalogedEvents`), so that one record
/// becomes one dead letter. What events there are is docs/events.md.
public struct EventCatalog: Job {
    public static let name = "event-catalog"
    public static let summary = "makes dead letters of events that are of no known type or do not say what theirs does"

    /// Which inlet reads the events that the contract puts on which topic, and by what that is keyed.
    static let inlets = [
        ("loads", "tms.loads", "load_id"), ("vehicles", "tms.vehicles", "vehicle_id"),
        ("tracking", "tms.vehicles.tracking", "vehicle_id"), ("drivers", "tms.drivers", "driver_id"),
        ("routes", "tms.routes", "route_id"), ("carriers", "tms.carriers", "carrier_id"), ("alerts", "tms.system.alerts", "entity_id"),
        ("predictions", "tms.ai.predictions", "entity_id"), ("anomalies", "tms.anomalies", "user_id"),
    ]

    public init(settings: inout SettingsReader) throws(SettingsFailure) { try settings.finish() }

    /// All inlets meet in one stage: nothing comes out of them, and one task for each partition is enough.
    public func declare(in flow: Flow) {
        let judged = Self.inlets.map { inlet, topic, key in
            flow.from(Inlet<EntityID>(inlet), decoding: { EventJudge(of: topic) }).keyed("\(inlet)-events", by: key) { $0 }
        }
        guard let first = judged.first else { return }
        _ = zip(Self.inlets.dropFirst(), judged.dropFirst()).reduce(first) { $0.merged("with-\($1.0.0)", with: $1.1) }
    }
}
