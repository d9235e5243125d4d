public import StreamCore

/// A company that moves loads with its vehicles and drivers.
public struct Carrier: Entity {
    public let id: EntityID
    /// What it is called.
    public var name = ""
    /// Its number with the FMCSA as a motor carrier.
    public var mcNumber: String?
    /// Its number with the Department of Transportation.
    public var dotNumber: String?
    /// How to reach it.
    public var contactInfo = Document.empty
    /// Whether it takes loads.
    public var status = CarrierStatus.active
    /// What it can take, as it says itself.
    public var capacity: Document?
    /// How it has done.
    public var performance: Document?
    /// The rules that its drivers are under.
    public var ruleset: String?
    /// Hours on duty in days, such as 70/8.
    public var cycle: String?
    /// Its home terminal's time zone.
    public var timezone: String?
    /// When its drivers' 24 hours begin.
    public var dayStart: String?
    /// What others keep with it.
    public var metadata = Document.empty
    public var createdAt = EventTime.distantPast
    public var updatedAt = EventTime.distantPast
    public var version = 0

    public static let type = EntityType.carrier
    public static func blank(_ id: EntityID) -> Carrier { Carrier(id: id) }
    public var owner: EntityID? { id }
    public var contradictions: [FieldProblem] { [] }

    public static let fields: [Field<Carrier>] = [
        .plain(1, "name", \.name, as: .words),
        .maybe(2, "mc_number", \.mcNumber),
        .maybe(3, "dot_number", \.dotNumber),
        .plain(4, "contact_info", \.contactInfo, .optional, as: .document),
        .plain(5, "status", \.status, .derived),
        .maybe(6, "capacity", \.capacity),
        .maybe(7, "performance", \.performance),
        .maybe(8, "ruleset", \.ruleset, as: .words),
        .maybe(9, "cycle", \.cycle, as: .text(.cycle)),
        .maybe(10, "timezone", \.timezone, as: .words),
        .maybe(11, "day_start", \.dayStart, as: .text(.timeOfDay)),
        .plain(12, "metadata", \.metadata, .optional, as: .document),
        .plain(13, "created_at", \.createdAt, .derived),
        .plain(14, "updated_at", \.updatedAt, .derived),
        .plain(15, "version", \.version, .derived),
    ]
}
