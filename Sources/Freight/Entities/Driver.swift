public import StreamCore
internal import Wire

/// A person who drives for a carrier.
public struct Driver: Entity {
    public let id: EntityID
    /// Whom the driver works for.
    public var carrierID = EntityID("")
    /// First and last name.
    public var name = ""
    /// The number of the licence; unique.
    public var licenseNumber = ""
    /// The class of the licence.
    public var licenseClass: String?
    /// When the licence ends; an instant at midnight (UTC) means the end of that day.
    public var licenseExpiry: EventTime?
    /// How to call.
    public var phone: String?
    /// How to write.
    public var email: String?
    /// What the driver is doing.
    public var status = DriverStatus.available
    /// When that began.
    public var statusSince: EventTime?
    /// What makes the status count otherwise than it says.
    public var special: SpecialDriving?
    /// The exception that the driver claims with it.
    public var exemption: DutyExemption?
    /// The entry of the driver's log that it is from.
    public var logEntryID: String?
    /// Where the driver was last seen.
    public var currentLocation: Location?
    /// When the driver was seen there.
    public var locatedAt: EventTime?
    /// The rules that the driver is under; without it the carrier's.
    public var ruleset: String?
    /// Hours on duty in days, such as 70/8; without it the carrier's.
    public var cycle: String?
    /// The home terminal's time zone; without it the carrier's.
    public var timezone: String?
    /// When the driver's 24 hours begin; without it the carrier's.
    public var dayStart: String?
    /// The load that the driver is on or has been reserved for.
    public var currentLoadID: EntityID?
    /// What others keep with the driver.
    public var metadata = Document.empty
    public var createdAt = EventTime.distantPast
    public var updatedAt = EventTime.distantPast
    public var version = 0

    public static let type = EntityType.driver
    public static func blank(_ id: EntityID) -> Driver { Driver(id: id) }
    public var owner: EntityID? { carrierID }
    public var contradictions: [FieldProblem] { [] }

    /// `hours_remaining` follows from the hours of service and the instant, so it is no member; in requests it is ignored.
    public static let fields: [Field<Driver>] = [
        .plain(1, "carrier_id", \.carrierID, as: .uuid),
        .plain(2, "name", \.name, as: .words),
        .plain(3, "license_number", \.licenseNumber, as: .words),
        .maybe(4, "license_class", \.licenseClass),
        .maybe(5, "license_expiry", \.licenseExpiry),
        .maybe(6, "phone", \.phone),
        .maybe(7, "email", \.email, as: .text(.email)),
        .plain(8, "status", \.status, .derived),
        .maybe(9, "status_since", \.statusSince, .derived),
        .maybe(21, "special", \.special, .derived),
        .maybe(22, "exemption", \.exemption, .derived),
        .maybe(23, "log_entry_id", \.logEntryID, .derived),
        .maybe(10, "current_location", \.currentLocation),
        .maybe(11, "located_at", \.locatedAt, .derived),
        .maybe(12, "ruleset", \.ruleset, as: .words),
        .maybe(13, "cycle", \.cycle, as: .text(.cycle)),
        .maybe(14, "timezone", \.timezone, as: .words),
        .maybe(15, "day_start", \.dayStart, as: .text(.timeOfDay)),
        .maybe(16, "current_load_id", \.currentLoadID, .derived),
        .plain(17, "metadata", \.metadata, .optional, as: .document),
        .plain(18, "created_at", \.createdAt, .derived),
        .plain(19, "updated_at", \.updatedAt, .derived),
        .plain(20, "version", \.version, .derived),
    ]

    /// Whether the licence has ended at `instant`.
    public func isLicenseExpired(at instant: EventTime) -> Bool {
        guard let licenseExpiry else { return false }
        let day: Int64 = 86_400_000_000
        let end = licenseExpiry.microseconds % day == 0 ? licenseExpiry.advanced(by: .init(microseconds: day)) : licenseExpiry
        return instant >= end
    }

    /// A request's body with `name` made of `first_name` and `last_name` where it gives those instead.
    public static func named(_ body: JSON) -> JSON {
        guard case .object(let members) = body, body["name"] == nil else { return body }
        let parts = [body["first_name"]?.string, body["last_name"]?.string].compactMap(\.self).filter { !$0.isEmpty }
        return parts.isEmpty ? body : .object(members + [JSON.Member("name", .string(parts.joined(separator: " ")))])
    }
}
