internal import StreamCore
internal import Wire

extension Load {
    /// A load as a change has left it, and what belongs to the change.
    struct Change: Sendable {
        let load: Load
        let old: LoadStatus?
        let reason: String?
        let location: Location?

        /// What all events of a load say.
        static let eventFields: [EventField<Change>] = [
            .required("load_id", \.load.id, as: .uuid),
            .optional("load_number", \.load.number),
            .optional("old_status", \.old),
            .optional("new_status", \.load.status),
            .optional("delayed_from", \.load.delayedFrom),
            .optional("reason", \.reason),
            .optional("customer_id", \.load.customerID),
            .optional("carrier_id", \.load.carrierID, as: .uuid),
            .optional("vehicle_id", \.load.vehicleID, as: .uuid),
            .optional("driver_id", \.load.driverID, as: .uuid),
            .optional("pickup_location", \.load.pickupLocation),
            .optional("delivery_location", \.load.deliveryLocation),
            .optional("pickup_datetime", \.load.pickupAt),
            .optional("delivery_datetime", \.load.deliveryAt),
            .optional("weight", \.load.weight, as: .quantity, in: .pounds),
            .optional("volume", \.load.volume, as: .quantity, in: .cubicFeet),
            .optional("rate", \.load.rate, in: .dollars),
            .optional("delivered_at", \.load.deliveredAt),
            .optional("eta", \.load.eta),
            .optional("location", \.location),
            .optional("version", \.load.version, as: .count),
        ]
    }

    /// The event that it was made, changed or brought to another status. `location` is where that happened, where a request said so.
    public func event(
        _ type: EventType, on occasion: Occasion, from old: LoadStatus?, reason: String? = nil, at location: Location? = nil
    ) -> BusinessEvent {
        let severity: Severity = type == .loadDelayed ? .warning : .info
        return BusinessEvent(
            occasion.envelope(type, .load, id, severity: severity, step: "\(version)"), Change.eventFields,
            of: Change(load: self, old: old, reason: reason, location: location))
    }
}
