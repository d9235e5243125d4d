public import StreamCore
internal import Wire

/// A member of an event's data: its name, what it may be, and how it is written from what happened.
///
/// The tables of these are what events are written from, and what the catalog holds events of others against: one cannot say what the other
/// does not.
public struct EventField<Fact: Sendable>: Sendable {
    /// Its name on the wire, and what it may be.
    public let member: Shape.Member
    let write: @Sendable (Fact, inout JSONWriter) -> Void

    /// A member that every such event has.
    static func required<Value: JSONWritable & Shaped>(
        _ name: String, _ value: @escaping @Sendable (Fact) -> Value, as shape: Shape? = nil, in unit: MeasureUnit? = nil
    ) -> EventField {
        EventField(member: Shape.Member(name, shape ?? Value.shape, isRequired: true, unit: unit)) { $1.field(name, value($0)) }
    }

    /// A member that an event may lack.
    static func optional<Value: JSONWritable & Shaped>(
        _ name: String, _ value: @escaping @Sendable (Fact) -> Value?, as shape: Shape? = nil, in unit: MeasureUnit? = nil
    ) -> EventField {
        EventField(member: Shape.Member(name, shape ?? Value.shape, isRequired: false, unit: unit)) { $1.field(name, value($0)) }
    }

    /// A member that an event may lack, and that ours say to be null where there is nothing: readers tell it from what was not said.
    static func nullable<Value: JSONWritable & Shaped>(
        _ name: String, _ value: @escaping @Sendable (Fact) -> Value?, as shape: Shape? = nil, in unit: MeasureUnit? = nil
    ) -> EventField {
        EventField(member: Shape.Member(name, shape ?? Value.shape, isRequired: false, unit: unit)) { $1.nullable(name, value($0)) }
    }
}

extension EventField where Fact: Entity {
    /// A member of an entity, as its snapshots have it.
    init(_ field: Field<Fact>) {
        let member = field.member
        self.init(member: Shape.Member(member.name, member.shape, isRequired: false, unit: member.unit)) {
            field.write($0, field.name, &$1)
        }
    }
}

extension BusinessEvent {
    /// What happened, by a table of members.
    public init<Fact: Sendable>(_ envelope: EventEnvelope, _ fields: [EventField<Fact>], of fact: Fact) {
        self.init(envelope) { json in for field in fields { field.write(fact, &json) } }
    }
}

extension EventEnvelope {
    /// Appends the event, with data by a table of members, to `batch` as a record of that time and key, with its headers.
    public func append<Fact: Sendable>(
        to batch: inout BatchBuilder, at time: EventTime, key: [UInt8]?, _ fields: [EventField<Fact>], of fact: Fact
    ) {
        append(to: &batch, at: time, key: key) { json in for field in fields { field.write(fact, &json) } }
    }
}
