public import StreamCore
public import Wire

/// A thing of the business that commands change and that has one owner: a load, a vehicle, a driver, a carrier, a route.
///
/// Its members are its table of fields; what is read, written, kept and compared follows from that.
public protocol Entity: Storable, Equatable {
    /// What kind of thing it is.
    static var type: EntityType { get }
    /// Its members, in the order in which they are written.
    static var fields: [Field<Self>] { get }
    /// One without content: what a request fills in.
    static func blank(_ id: EntityID) -> Self
    /// Which one.
    var id: EntityID { get }
    /// How often it has been changed, from 1.
    var version: Int { get set }
    /// When it was made.
    var createdAt: EventTime { get set }
    /// When it was last changed.
    var updatedAt: EventTime { get set }
    /// The carrier that it belongs to, where it belongs to one: whom a principal's scope is held against.
    var owner: EntityID? { get }
    /// What is wrong between members that are right alone.
    var contradictions: [FieldProblem] { get }
}

extension Entity {
    /// The entity as one JSON object: snapshots and replies carry this text.
    public var text: RawJSON { RawJSON.object(write) }

    /// Writes every member; those that it lacks are null.
    public func write(_ json: inout JSONWriter) {
        json.field("id", id)
        for field in Self.fields { field.write(self, field.name, &json) }
    }

    /// What became of each member since `older`: `{"weight":{"old":1,"new":2}}`, versions and times of change left out.
    public func changes(since older: Self?) -> RawJSON {
        RawJSON.object { json in
            for field in Self.fields where !Self.bookkeeping.contains(field.name) {
                let blank = older ?? Self.blank(id)
                if field.isSame(blank, self), older != nil || field.giver != .required { continue }
                json.object(field.name) { change in
                    if let older { field.write(older, "old", &change) } else { change.nullable("old", String?.none) }
                    field.write(self, "new", &change)
                }
            }
        }
    }

    /// What was lost with it: every member that it had.
    public var removal: RawJSON {
        RawJSON.object { json in
            for field in Self.fields where !Self.bookkeeping.contains(field.name) && !field.isSame(Self.blank(id), self) {
                json.object(field.name) { change in
                    field.write(self, "old", &change)
                    change.nullable("new", String?.none)
                }
            }
        }
    }

    private static var bookkeeping: Set<String> { ["version", "created_at", "updated_at"] }
}

/// Rows hold the members that there are, each behind its tag, so that a member can be added without another version of the form.
extension Entity {
    public func store(into writer: inout ByteWriter) {
        id.store(into: &writer)
        for field in Self.fields { _ = field.store(self, &writer) }
        writer.varint(0)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        self = Self.blank(try EntityID(from: &reader, version: version))
        while true {
            let tag = try reader.varint()
            if tag == 0 { return }
            guard let field = Self.fields.first(where: { $0.tag == tag }) else {
                throw DecodeFailure("a \(Self.type.rawValue) with a member \(tag) that this program does not know")
            }
            try field.load(&self, &reader)
        }
    }

    public var json: JSON { text.json }
}
