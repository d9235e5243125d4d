internal import Freight
internal import Geodesy
internal import StreamCore

extension Command {
    /// A command of the simulator's, about a thing of that id. It is on nobody's behalf, so no audit rule counts it as a user's.
    init(
        _ id: String, _ type: CommandType, _ entityType: EntityType, _ entity: String, at time: EventTime,
        correlation: String? = nil, _ body: KeyValuePairs<String, JSON?>
    ) {
        self.init(
            id: EntityID(id), type: type, entityType: entityType, entityID: EntityID(entity), time: time,
            source: Envelope.source, correlationID: correlation ?? id, body: .object(body))
    }

    /// The command, delivered at that instant, which is when it is received.
    func record(arrival: EventTime) -> SimulatedRecord {
        var value = ByteWriter(capacity: 640)
        writeJSON(into: &value)
        return SimulatedRecord(
            topic: SimulatedTopic.commands, key: entityID.utf8, value: value.take(), headers: [], time: time, arrival: arrival)
    }
}

extension JSON {
    /// A place as requests have it.
    static func place(_ point: GeoPoint, _ city: City? = nil) -> JSON {
        .object([
            "latitude": .number(point.rounded.latitude), "longitude": .number(point.rounded.longitude),
            "city": city.map { .string($0.name) },
            "state": city.map { .string($0.state) },
        ])
    }

    /// A number with that many decimals.
    static func number(_ value: Double, places: Int) -> JSON {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return .number((value * scale).rounded() / scale)
    }
}
