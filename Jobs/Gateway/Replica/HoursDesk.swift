internal import Dataflow
internal import Freight
internal import HoursOfService
internal import ReadModel
internal import StreamCore
internal import Wire

/// The terms of drivers who have none of their own, nor by their carrier.
struct HoursTerms: Sendable {
    let ruleSet: String
    let duty: DutyTerms

    init(ruleSet: String, cycle: String, timeZone: String, dayStart: String) throws(SettingsFailure) {
        guard let rules = RuleCatalog()[ruleSet] else {
            throw SettingsFailure("ruleset takes one of \(RuleCatalog().names.joined(separator: ", ")), not \(ruleSet)")
        }
        guard let cycle = Cycle(text: cycle) else { throw SettingsFailure("cycle takes hours and days such as 70/8, not \(cycle)") }
        guard let calendar = CarrierCalendar.minutes(text: dayStart).flatMap({ CarrierCalendar(timeZone: timeZone, dayStart: $0) }) else {
            throw SettingsFailure(
                "timezone and day-start take a time zone and a time of day such as 00:00, not \(timeZone) and \(dayStart)")
        }
        self.ruleSet = ruleSet
        duty = DutyTerms(rules: rules, cycle: cycle, calendar: calendar)
    }
}

/// Evaluates drivers' hours of service at an instant, from the duty logs that the replica has.
struct HoursDesk: Sendable {
    private let replica: Replica
    private let terms: HoursTerms

    init(_ replica: Replica, _ terms: HoursTerms) {
        self.replica = replica
        self.terms = terms
    }

    /// The answer to `GET hos`.
    func answer(of driver: EntityID, _ text: [UInt8], at now: EventTime) -> [UInt8] {
        RawJSON.object { hours(of: driver, text).writeAnswer(at: now, into: &$0) }.utf8
    }

    /// For how many hours the driver may still drive, breaks aside.
    func remaining(of driver: EntityID, _ text: [UInt8], at now: EventTime) -> Double {
        let minutes = hours(of: driver, text).evaluated(at: now).clocks.drivableWithBreaks.minutes
        return (Double(minutes) / 60 * 100).rounded() / 100
    }

    /// The driver's hours as they are known; `text` is the driver's snapshot.
    func hours(of driver: EntityID, _ text: [UInt8]) -> DriverHours {
        if let record = replica.hours(of: driver), let hours = try? DriverHours(parsing: record) { return hours }
        // Who has logged nothing is rested.
        let own = try? JSON(parsing: text)
        let carrier = own?["carrier_id"]?.string.flatMap { replica.entry(.carriers, EntityID($0)) }.flatMap { try? JSON(parsing: $0.text) }
        func choice(_ name: String) -> String? { own?[name]?.string ?? carrier?[name]?.string }
        let name = choice("ruleset") ?? terms.ruleSet
        let usual = terms.duty.calendar
        let start = choice("day_start").flatMap { CarrierCalendar.minutes(text: $0) } ?? usual.dayStart
        let duty = DutyTerms(
            rules: RuleCatalog()[name] ?? terms.duty.rules, cycle: choice("cycle").flatMap { Cycle(text: $0) } ?? terms.duty.cycle,
            calendar: CarrierCalendar(timeZone: choice("timezone") ?? usual.timeZone, dayStart: start) ?? usual)
        return DriverHours(driver: driver.description, ruleSet: name, terms: duty)
    }
}
