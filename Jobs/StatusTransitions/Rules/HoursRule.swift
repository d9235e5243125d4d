internal import Freight
internal import StreamCore

/// Whether a driver's hours allow a trip: the one place where assignment asks hours of service.
enum HoursRule {
    /// What a load asks of a driver's hours.
    struct Trip: Hashable {
        /// When the driving begins.
        let pickupAt: EventTime
        /// How long it is.
        let minutes: Double

        init(pickupAt: EventTime, minutes: Double) {
            self.pickupAt = pickupAt
            self.minutes = minutes
        }

        init?(_ body: JSON) {
            guard let pickup = body["pickup_datetime"]?.string.flatMap({ EventTime(rfc3339: $0) }),
                let minutes = body["trip_minutes"]?.number
            else { return nil }
            self.init(pickupAt: pickup, minutes: minutes)
        }

        /// As the message says it that asks for a reservation.
        var body: JSON { .object(["pickup_datetime": pickupAt.json, "trip_minutes": .number(minutes)]) }
    }

    /// Why the hours are too low, or nil. Without a duty log nothing speaks against the trip.
    static func refusal(_ driver: Driver, hours: RawJSON?, trip: Trip, now: EventTime) -> Refusal? { nil }
}
