public import StreamCore
internal import Wire

/// The record of `tms.entities.hours`: the answer for people as of its last change, and the log for whoever evaluates it anew.
extension DriverHours {
    /// Writes the record's value: clocks and violations at an instant, as `found` there, and the log as `log`.
    public func write(_ found: Evaluation, into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            writeAnswer(found, into: &json)
            if writesRules { json.array("rules", of: terms.rules.map(\.json)) }
            json.object("log") { json in
                if log.base.at > .distantPast { json.field("from", log.base.at) }
                if !log.base.extendedDays.isEmpty { json.array("extended_days", of: log.base.extendedDays) }
                json.array("duty", of: log.base.duty)
                json.array("entries", of: log.entries.lazy.map { EntryRow(entry: $0) })
            }
        }
    }

    /// Reads a record's value. Names what is missing or not understood.
    public init(_ json: JSON, _ catalog: RuleCatalog = RuleCatalog()) throws(DecodeFailure) {
        guard let driver = json["driver_id"]?.string else { throw DecodeFailure("hours without a driver_id") }
        guard let ruleSet = json["ruleset"]?.string else { throw DecodeFailure("the hours of \(driver) without a ruleset") }
        guard let cycle = json["cycle"]?.string.flatMap({ Cycle(text: $0) }) else {
            throw DecodeFailure("the hours of \(driver) without a cycle such as 70/8")
        }
        guard let zone = json["timezone"]?.string, let start = json["day_start"]?.string.flatMap({ CarrierCalendar.minutes(text: $0) }),
            let calendar = CarrierCalendar(timeZone: zone, dayStart: start)
        else { throw DecodeFailure("the hours of \(driver) without a known timezone and day_start") }
        var rules = catalog[ruleSet]
        if let written = json["rules"]?.array {
            var versions: [RuleSet] = []
            for version in written { versions.append(try RuleSet(version, basedOn: RuleCatalog())) }
            rules = versions.isEmpty ? rules : versions
        }
        guard let rules else { throw DecodeFailure("the hours of \(driver) under \(ruleSet), which is not known") }
        guard let log = json["log"] else { throw DecodeFailure("the hours of \(driver) without a log") }
        var base = Checkpoint.beginning
        if let from = log["from"]?.string.flatMap({ EventTime(rfc3339: $0) }) { base.at = from }
        base.extendedDays = (log["extended_days"]?.array ?? []).compactMap { $0.integer.map { Int($0) } }
        for day in log["duty"]?.array ?? [] {
            guard let number = day.array?.first?.integer, let micros = day.array?.last?.integer else {
                throw DecodeFailure("the hours of \(driver): a day of duty that is no pair of numbers")
            }
            base.duty.append(DayDuty(day: Int(number), micros: micros))
        }
        var entries: [DutyEntry] = []
        for row in log["entries"]?.array ?? [] { entries.append(try DutyEntry(row: row, of: driver)) }
        let terms = DutyTerms(rules: rules, cycle: cycle, calendar: calendar)
        let known = DutyLog(base: base, entries: entries, annulled: [])
        let settled = (json["violations"]?.array ?? []).compactMap { ShownViolation($0) }.filter { $0.startedAt < base.at }
        self.init(
            driver: driver, ruleSet: ruleSet, terms: terms, log: known, settled: settled, writesRules: json["rules"]?.array != nil)
    }

    /// Reads a record's value from its bytes.
    public init(parsing bytes: [UInt8], _ catalog: RuleCatalog = RuleCatalog()) throws(DecodeFailure) {
        try self.init(JSON(parsing: bytes), catalog)
    }
}

/// An entry as a row: key, start in microseconds, then status, special and exemption as far as there are any.
private struct EntryRow: JSONWritable {
    let entry: DutyEntry

    func writeJSON(into out: inout ByteWriter) {
        out.byte(UInt8(ascii: "["))
        if entry.isNameless { out.raw("null".utf8) } else { out.jsonString(entry.key) }
        out.byte(UInt8(ascii: ","))
        entry.start.microseconds.writeJSON(into: &out)
        write(entry.status?.rawValue, into: &out)
        if entry.special != nil || entry.exemption != nil { write(entry.special?.rawValue, into: &out) }
        if entry.exemption != nil { write(entry.exemption?.rawValue, into: &out) }
        out.byte(UInt8(ascii: "]"))
    }

    private func write(_ code: UInt8?, into out: inout ByteWriter) {
        out.byte(UInt8(ascii: ","))
        if let code { out.byte(UInt8(ascii: "0") + code) } else { out.raw("null".utf8) }
    }
}

extension DayDuty: JSONWritable {
    func writeJSON(into out: inout ByteWriter) {
        out.byte(UInt8(ascii: "["))
        day.writeJSON(into: &out)
        out.byte(UInt8(ascii: ","))
        micros.writeJSON(into: &out)
        out.byte(UInt8(ascii: "]"))
    }
}

extension DutyEntry {
    init(row: JSON, of driver: String) throws(DecodeFailure) {
        guard let row = row.array, row.count >= 2, let start = row[1].integer else {
            throw DecodeFailure("the hours of \(driver): an entry of the log that is no row of key and start")
        }
        func code(_ index: Int) -> UInt8? { index < row.count ? row[index].integer.flatMap { UInt8(exactly: $0) } : nil }
        self.init(
            id: row[0].string, start: EventTime(microseconds: start), status: code(2).flatMap { DutyStatus(rawValue: $0) },
            special: code(3).flatMap { DutySpecial(rawValue: $0) }, exemption: code(4).flatMap { Exemption(rawValue: $0) })
    }
}
