internal import StreamCore
internal import Wire

extension Load {
    /// The event that it was made, changed or brought to another status. `location` is where that happened, where a request said so.
    public func event(
        _ type: EventType, on occasion: Occasion, from old: LoadStatus?, reason: String? = nil, at location: Location? = nil
    ) -> BusinessEvent {
        let severity: Severity = type == .loadDelayed ? .warning : .info
        return BusinessEvent(occasion.envelope(type, .load, id, severity: severity, step: "\(version)")) { json in
            json.field("load_id", id)
            json.field("load_number", number)
            json.field("old_status", old)
            json.field("new_status", status)
            json.field("delayed_from", delayedFrom)
            json.field("reason", reason)
            json.field("customer_id", customerID)
            json.field("carrier_id", carrierID)
            json.field("vehicle_id", vehicleID)
            json.field("driver_id", driverID)
            json.field("pickup_location", pickupLocation)
            json.field("delivery_location", deliveryLocation)
            json.field("pickup_datetime", pickupAt)
            json.field("delivery_datetime", deliveryAt)
            json.field("weight", weight)
            json.field("volume", volume)
            json.field("rate", rate)
            json.field("delivered_at", deliveredAt)
            json.field("eta", eta)
            json.field("location", location)
            json.field("version", version)
        }
    }
}
