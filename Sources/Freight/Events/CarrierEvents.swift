internal import StreamCore
internal import Wire

extension Carrier {
    /// The event that it was made, changed or removed.
    public func event(_ type: EventType, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(type, .carrier, id, step: "\(version)")) { json in
            json.field("carrier_id", id)
            json.field("name", name)
            json.field("status", status)
            json.field("ruleset", ruleset)
            json.field("cycle", cycle)
            json.field("timezone", timezone)
            json.field("day_start", dayStart)
            json.field("version", version)
        }
    }
}
