public import StreamCore

/// Freight to be moved from one place to another, and how far it has come.
public struct Load: Entity {
    public let id: EntityID
    /// The number that people call it by; unique.
    public var number = ""
    /// Who sends it; a free reference.
    public var shipperID: String?
    /// Who gets it; a free reference.
    public var consigneeID: String?
    /// Who pays; a free reference.
    public var customerID: String?
    /// The carrier that takes it.
    public var carrierID: EntityID?
    /// The vehicle that it was assigned to.
    public var vehicleID: EntityID?
    /// The driver that it was assigned to.
    public var driverID: EntityID?
    /// Where it begins.
    public var pickupLocation = Location(latitude: 0, longitude: 0)
    /// Where it ends.
    public var deliveryLocation = Location(latitude: 0, longitude: 0)
    /// Where it begins, in words.
    public var pickupAddress = ""
    /// Where it ends, in words.
    public var deliveryAddress = ""
    /// When it is to be picked up.
    public var pickupAt = EventTime.distantPast
    /// When it is to be delivered.
    public var deliveryAt = EventTime.distantPast
    /// Pounds.
    public var weight: Double?
    /// Cubic feet.
    public var volume: Double?
    /// What the customer pays.
    public var rate: Money?
    /// What it is.
    public var commodityType: String?
    /// What it needs: a liftgate, a team, cold.
    public var specialRequirements: [String] = []
    /// What others keep with it.
    public var metadata = Document.empty
    /// How far it has come.
    public var status = LoadStatus.created
    /// What it was before it was delayed, and goes on from.
    public var delayedFrom: LoadStatus?
    /// Every status that it has had, oldest first.
    public var history: [StatusChange] = []
    /// When it was delivered.
    public var deliveredAt: EventTime?
    /// When it is expected.
    public var eta: EventTime?
    public var createdAt = EventTime.distantPast
    public var updatedAt = EventTime.distantPast
    public var version = 0

    public static let type = EntityType.load
    public static func blank(_ id: EntityID) -> Load { Load(id: id) }
    public var owner: EntityID? { carrierID }

    public var contradictions: [FieldProblem] {
        deliveryAt > pickupAt ? [] : [FieldProblem("delivery_datetime", "must be after pickup_datetime")]
    }

    public static let fields: [Field<Load>] = [
        .plain(2, "load_number", \.number, .optional, as: .words),
        .maybe(3, "shipper_id", \.shipperID),
        .maybe(4, "consignee_id", \.consigneeID),
        .maybe(5, "customer_id", \.customerID),
        .maybe(6, "carrier_id", \.carrierID, as: .uuid),
        .maybe(7, "vehicle_id", \.vehicleID, .command("assign"), aliases: ["assigned_vehicle_id"]),
        .maybe(8, "driver_id", \.driverID, .command("assign"), aliases: ["assigned_driver_id"]),
        .plain(9, "pickup_location", \.pickupLocation),
        .plain(10, "delivery_location", \.deliveryLocation),
        .plain(11, "pickup_address", \.pickupAddress, as: .words),
        .plain(12, "delivery_address", \.deliveryAddress, as: .words),
        .plain(13, "pickup_datetime", \.pickupAt, aliases: ["pickup_date"]),
        .plain(14, "delivery_datetime", \.deliveryAt, aliases: ["delivery_date"]),
        .maybe(15, "weight", \.weight, as: .quantity, in: .pounds),
        .maybe(16, "volume", \.volume, as: .quantity, in: .cubicFeet),
        .maybe(17, "rate", \.rate, in: .dollars),
        .maybe(18, "commodity_type", \.commodityType),
        .plain(19, "special_requirements", \.specialRequirements, .optional),
        .plain(20, "metadata", \.metadata, .optional, as: .document),
        .plain(21, "status", \.status, .derived),
        .maybe(22, "delayed_from", \.delayedFrom, .derived),
        .plain(23, "status_history", \.history, .derived),
        .maybe(24, "delivered_at", \.deliveredAt, .derived),
        .maybe(25, "eta", \.eta),
        .plain(26, "created_at", \.createdAt, .derived),
        .plain(27, "updated_at", \.updatedAt, .derived),
        .plain(28, "version", \.version, .derived),
    ]

    /// How long its trip takes where no route says better: straight miles × 1.2 at 50 mph.
    public var estimatedTrip: (miles: Double, minutes: Double) {
        let miles = pickupLocation.miles(to: deliveryLocation) * 1.2
        return (miles, miles / 50 * 60)
    }
}
