public import StreamCore

/// Something that somebody should look at now: what SYSTEM_ALERT says. It may be about anything.
public struct SystemAlert: Sendable {
    /// Why, as a name that programs may ask for.
    public var reason: String
    /// In words.
    public var message: String?
    /// The violation that it is about.
    public var violationID: EntityID?
    /// The violation's type.
    public var violationType: String?
    /// How bad the violation is.
    public var severityClass: String?

    /// The load whose stop it is about.
    public var loadID: EntityID?
    /// The vehicle that calls there.
    public var vehicleID: EntityID?
    /// And its driver.
    public var driverID: EntityID?
    /// PICKUP or DELIVERY.
    public var stop: String?
    /// Where the stop is.
    public var location: Location?
    /// When the vehicle was to be there.
    public var appointment: EventTime?
    /// When it was.
    public var arrivedAt: EventTime?
    /// When it left.
    public var departedAt: EventTime?
    /// Whole minutes between the two.
    public var dwellMinutes: Int?
    /// Whole minutes of them beyond what is free.
    public var detentionMinutes: Int?
    /// Since when it has been kept beyond what is free.
    public var detentionFrom: EventTime?

    /// An alert for that reason; what it is about is set behind.
    public init(reason: String, message: String? = nil) {
        self.reason = reason
        self.message = message
    }

    /// Its members.
    public static let eventFields: [EventField<SystemAlert>] = [
        .optional("reason", \.reason, as: .words),
        .optional("message", \.message),
        .optional("violation_id", \.violationID, as: .uuid),
        .optional("violation_type", \.violationType, as: .oneOf(HoursViolation.types)),
        .optional("severity_class", \.severityClass, as: .oneOf(HoursViolation.severities)),
        .optional("load_id", \.loadID, as: .uuid),
        .optional("vehicle_id", \.vehicleID, as: .uuid),
        .optional("driver_id", \.driverID, as: .uuid),
        .optional("stop", \.stop, as: .oneOf(["PICKUP", "DELIVERY"])),
        .optional("location", \.location),
        .optional("appointment", \.appointment),
        .optional("arrived_at", \.arrivedAt),
        .optional("departed_at", \.departedAt),
        .optional("dwell_minutes", \.dwellMinutes, as: .count, in: .minutes),
        .optional("detention_minutes", \.detentionMinutes, as: .count, in: .minutes),
        .optional("detention_from", \.detentionFrom),
    ]
}

/// What a model expects: what AI_PREDICTION says. Linehaul makes none; it carries those of others.
enum Prediction {
    static let members: [Shape.Member] = [
        Shape.Member("prediction_type", .words, isRequired: false),
        Shape.Member("model", .text, isRequired: false),
        Shape.Member("confidence", .share, isRequired: false),
        Shape.Member("prediction", .any, isRequired: false),
        Shape.Member("valid_until", .instant, isRequired: false),
    ]
}
