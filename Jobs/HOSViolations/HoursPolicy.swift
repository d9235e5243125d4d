internal import Dataflow
internal import HoursOfService
internal import StreamCore

/// What the job's settings say: the terms of drivers who have none of their own, when to warn, and how long entries can be corrected.
struct HoursPolicy: Sendable {
    let ruleSet: String
    let cycle: Cycle
    let calendar: CarrierCalendar
    /// What a clock shows when a warning leaves, longest first.
    let marks: [EventTime.Span]
    /// How long entries are kept for corrections, at least.
    let keep: EventTime.Span

    init(
        ruleSet: String, cycle: String, timeZone: String, dayStart: String, marks: [Duration], keep: Duration
    ) throws(SettingsFailure) {
        guard let cycle = Cycle(text: cycle) else { throw SettingsFailure("cycle takes hours and days such as 70/8, not \(cycle)") }
        guard let minutes = CarrierCalendar.minutes(text: dayStart) else {
            throw SettingsFailure("day-start takes a time of day such as 00:00, not \(dayStart)")
        }
        guard let calendar = CarrierCalendar(timeZone: timeZone, dayStart: minutes) else {
            throw SettingsFailure("timezone takes a name of the time zone database such as America/Chicago, not \(timeZone)")
        }
        self.ruleSet = ruleSet
        self.cycle = cycle
        self.calendar = calendar
        self.marks = marks.map { EventTime.Span($0) }.sorted(by: >)
        self.keep = EventTime.Span(keep)
    }

    /// Which of the marks `left` has come to: how many of them it is at or below; 0 for none.
    func level(_ left: EventTime.Span) -> UInt8 { UInt8(clamping: marks.filter { left <= $0 }.count) }
}

/// Terms that a driver or a carrier has by itself; what is `nil` is the next one's: the driver's before the carrier's before the job's.
struct TermsChoice: Hashable, Sendable, Storable {
    var ruleSet: String?
    var cycle: String?
    var timeZone: String?
    var dayStart: String?

    init() {}

    func store(into writer: inout ByteWriter) { for text in [ruleSet, cycle, timeZone, dayStart] { text.store(into: &writer) } }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        ruleSet = try String?(from: &reader, version: 1)
        cycle = try String?(from: &reader, version: 1)
        timeZone = try String?(from: &reader, version: 1)
        dayStart = try String?(from: &reader, version: 1)
    }

    var json: JSON {
        func text(_ text: String?) -> JSON? { text.map { .string($0) } }
        return .object(["ruleset": text(ruleSet), "cycle": text(cycle), "timezone": text(timeZone), "day_start": text(dayStart)])
    }

    /// The same, with what is `nil` taken from a carrier's.
    func completed(by carrier: TermsChoice) -> TermsChoice {
        var choice = self
        choice.ruleSet = ruleSet ?? carrier.ruleSet
        choice.cycle = cycle ?? carrier.cycle
        choice.timeZone = timeZone ?? carrier.timeZone
        choice.dayStart = dayStart ?? carrier.dayStart
        return choice
    }

    /// The terms that follow, or what is not known of them.
    func terms(_ policy: HoursPolicy, _ catalog: RuleCatalog) throws(StageFailure) -> (name: String, terms: DutyTerms) {
        let name = ruleSet ?? policy.ruleSet
        guard let rules = catalog[name] else {
            throw StageFailure(
                "looking up rule set \(name): known are \(catalog.names.joined(separator: ", ")); tms.rules.hos takes others",
                blame: .record, remedy: .deadLetter)
        }
        var terms = DutyTerms(rules: rules, cycle: policy.cycle, calendar: policy.calendar)
        if let cycle {
            guard let known = Cycle(text: cycle) else {
                throw StageFailure("reading cycle \(cycle): it is written as 70/8", blame: .record, remedy: .deadLetter)
            }
            terms = DutyTerms(rules: rules, cycle: known, calendar: terms.calendar)
        }
        if timeZone != nil || dayStart != nil {
            let start = dayStart.map { CarrierCalendar.minutes(text: $0) } ?? policy.calendar.dayStart
            let zone = timeZone ?? policy.calendar.timeZone
            guard let start, let calendar = CarrierCalendar(timeZone: zone, dayStart: start) else {
                throw StageFailure(
                    "reading the days of \(zone) from \(dayStart ?? "00:00"): no such time zone or time of day", blame: .record,
                    remedy: .deadLetter)
            }
            terms = DutyTerms(rules: rules, cycle: terms.cycle, calendar: calendar)
        }
        return (name, terms)
    }
}
