internal import Freight
internal import HoursOfService
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

    /// Why the hours are too low, or nil: after resting from now until pickup the clocks must leave the trip's first hour of driving, or the
    /// whole trip where it is shorter. A driver without a duty log is rested.
    static func refusal(_ driver: Driver, hours: DriverHours?, trip: Trip, now: EventTime) -> Refusal? {
        guard let hours else { return nil }
        let needed = min(60, trip.minutes)
        let left = hours.hoursAfterResting(from: now, until: trip.pickupAt).drivable.minutes
        guard Double(left) < needed else { return nil }
        let wanted = Int(needed.rounded(.up))
        return Refusal(
            409, "HOURS_TOO_LOW",
            "driver \(driver.name) will have \(max(0, left)) min of driving left at pickup (\(hours.ruleSet), \(hours.terms.cycle)) and the trip "
                + "begins with \(wanted); choose a driver with more hours, or pick up later",
            details: [FieldProblem("driver_id", "must be a driver with \(wanted) min of driving left at pickup")])
    }
}
