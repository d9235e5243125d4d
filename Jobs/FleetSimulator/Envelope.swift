internal import StreamCore

/// An event in the making: the envelope of the contract's section 4 around what it says.
struct Envelope {
    let topic: String
    let type: String
    let entityType: String
    let entity: String
    let time: EventTime
    let correlation: String
    var causation: String?

    /// Who says so.
    static let source = "fleet-simulator"

    /// The event with that id, delivered at that instant, `body` writing its data.
    func record(id: String, arrival: EventTime, data body: (inout ObjectWriter) -> Void) -> SimulatedRecord {
        let value = ObjectWriter.object {
            $0.member("event_id", id)
            $0.member("event_type", type)
            $0.member("version", "1.0")
            $0.member("timestamp", time)
            $0.member("source", Envelope.source)
            $0.member("correlation_id", correlation)
            $0.nullable("causation_id", causation)
            $0.member("entity_type", entityType)
            $0.member("entity_id", entity)
            $0.member("severity", "INFO")
            $0.object("metadata") { _ in }
            $0.object("data", body)
        }
        let headers = [
            Header("event_type", type), Header("event_id", id), Header("version", "1.0"), Header("correlation_id", correlation),
        ]
        return SimulatedRecord(
            topic: topic, key: Array(entity.utf8), value: value, headers: headers, time: time, arrival: arrival)
    }
}
