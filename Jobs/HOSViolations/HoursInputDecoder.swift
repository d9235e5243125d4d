internal import Freight
internal import HoursOfService
internal import StreamCore
internal import Wire

/// Reads events of `tms.drivers`, and plain lines that are a duty entry without an envelope: `driver_id`, `status`, `start` and what
/// DRIVER_STATUS_CHANGED has. Events that say nothing of hours let time pass; tombstones do not even that.
struct HoursInputDecoder: RecordDecoder {
    private enum Field: Int, CaseIterable {
        case type, timestamp, entity
        case driver, status, duty, special, exemption, entry, revision, annulled, ruleSet, cycle, timeZone, dayStart, carrier
        case plainDriver, plainStatus, plainNewStatus, plainStart, plainSpecial, plainExemption, plainEntry, plainRevision, plainAnnulled
        case plainAt, document

        var path: [String] {
            switch self {
            case .type: ["event_type"]
            case .timestamp: ["timestamp"]
            case .entity: ["entity_id"]
            case .driver: ["data", "driver_id"]
            case .status: ["data", "new_status"]
            case .duty: ["data", "duty"]
            case .special: ["data", "special"]
            case .exemption: ["data", "exemption"]
            case .entry: ["data", "log_entry_id"]
            case .revision: ["data", "revision"]
            case .annulled: ["data", "annulled"]
            case .ruleSet: ["data", "ruleset"]
            case .cycle: ["data", "cycle"]
            case .timeZone: ["data", "timezone"]
            case .dayStart: ["data", "day_start"]
            case .carrier: ["data", "carrier_id"]
            case .plainDriver: ["driver_id"]
            case .plainStatus: ["status"]
            case .plainNewStatus: ["new_status"]
            case .plainStart: ["start"]
            case .plainSpecial: ["special"]
            case .plainExemption: ["exemption"]
            case .plainEntry: ["log_entry_id"]
            case .plainRevision: ["revision"]
            case .plainAnnulled: ["annulled"]
            case .plainAt: ["at"]
            case .document: []
            }
        }
    }

    private let parser = JSONParser()
    private let projection = JSONProjection(paths: Field.allCases.map(\.path))
    /// The driver of lines that name none.
    private static let nameless = EntityID("driver")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> HoursInput? {
        try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> HoursInput? in
            guard let bytes = unsafe bytes else { return nil }
            return try unsafe parser.project(projection, bytes) { fields throws(DecodeFailure) in
                try input(fields, offset: batch.offset(index).number, recordTime: batch.time(index))
            }
        }
    }

    private func input(_ fields: borrowing JSONFields, offset: Int64, recordTime: EventTime) throws(DecodeFailure) -> HoursInput? {
        guard fields.kind(Field.type.rawValue) == .string else { return try plain(fields, offset: offset) }
        let name = text(fields, .type) ?? ""
        switch name {
        case "DRIVER_STATUS_CHANGED":
            if fields.bool(Field.duty.rawValue) == false { return passing(fields) }
            let driver = try driver(fields, name)
            let time = try instant(fields, .timestamp, name)
            return HoursInput(
                driver: driver, time: time,
                what: .entry(
                    try entry(
                        fields, offset, time, [.status], .special, .exemption, .entry, .revision, .annulled, of: "a \(name) of \(driver)")))
        case "DRIVER_CREATED", "DRIVER_UPDATED":
            var change = TermsChange(
                ruleSet: choice(fields, .ruleSet), cycle: choice(fields, .cycle), timeZone: choice(fields, .timeZone),
                dayStart: choice(fields, .dayStart))
            change.carrier = id(fields, .carrier)
            if change.isEmpty { return passing(fields) }
            return HoursInput(driver: try driver(fields, name), time: try instant(fields, .timestamp, name), what: .terms(change))
        case "DRIVER_DELETED":
            return HoursInput(driver: try driver(fields, name), time: try instant(fields, .timestamp, name), what: .deleted)
        default:
            try fields.checkEventType(at: Field.type.rawValue)
            return passing(fields)
        }
    }

    private func passing(_ fields: borrowing JSONFields) -> HoursInput? {
        guard let driver = id(fields, .driver) ?? id(fields, .entity),
            let time = unsafe fields.withString(Field.timestamp.rawValue, { unsafe EventTime(rfc3339: $0) }) ?? nil
        else { return nil }
        return HoursInput(driver: driver, time: time, what: .passing)
    }

    private func plain(_ fields: borrowing JSONFields, offset: Int64) throws(DecodeFailure) -> HoursInput? {
        guard fields.kind(Field.document.rawValue) == .object else { throw DecodeFailure("a record that is no JSON object") }
        let driver = id(fields, .plainDriver) ?? HoursInputDecoder.nameless
        let place: Field =
            !fields.isAbsent(Field.plainStart.rawValue) ? .plainStart : fields.isAbsent(Field.timestamp.rawValue) ? .plainAt : .timestamp
        let time = try instant(fields, place, "a duty entry")
        let entry = try entry(
            fields, offset, time, [.plainNewStatus, .plainStatus], .plainSpecial, .plainExemption, .plainEntry, .plainRevision,
            .plainAnnulled, of: "a duty entry of \(driver)")
        return HoursInput(driver: driver, time: time, what: .entry(entry))
    }

    private func entry(
        _ fields: borrowing JSONFields, _ offset: Int64, _ time: EventTime, _ statuses: [Field], _ special: Field, _ exemption: Field,
        _ id: Field, _ revision: Field, _ annulled: Field, of what: @autoclosure () -> String
    ) throws(DecodeFailure) -> DutyEntry {
        var status: DutyStatus?
        for field in statuses where status == nil {
            guard let name = text(fields, field) else { continue }
            status = DutyStatus(anyCase: name)
            if status == nil { throw DecodeFailure("\(what()) with status \(name); there are \(names(DutyStatus.allCases.map(\.name)))") }
        }
        var entry = DutyEntry(
            id: text(fields, id), start: time, status: status, revision: fields.integer(revision.rawValue) ?? 0, offset: offset,
            isAnnulled: fields.bool(annulled.rawValue) ?? false)
        if let name = text(fields, special) {
            entry.special = DutySpecial(anyCase: name)
            if entry.special == nil {
                throw DecodeFailure("\(what()) with special \(name); there are \(names(DutySpecial.allCases.map(\.name)))")
            }
        }
        if let name = text(fields, exemption) {
            entry.exemption = Exemption(anyCase: name)
            if entry.exemption == nil {
                throw DecodeFailure("\(what()) with exemption \(name); there are \(names(Exemption.allCases.map(\.name)))")
            }
        }
        if entry.status == nil, entry.exemption == nil, !entry.isAnnulled { throw DecodeFailure("\(what()) without a status") }
        return entry
    }

    private func names(_ names: [String]) -> String { names.joined(separator: ", ") }

    private func text(_ fields: borrowing JSONFields, _ field: Field) -> String? {
        guard let text = fields.string(field.rawValue), !text.isEmpty else { return nil }
        return text
    }

    private func id(_ fields: borrowing JSONFields, _ field: Field) -> EntityID? {
        unsafe fields.withString(field.rawValue) { unsafe $0.isEmpty ? nil : EntityID(utf8: $0) } ?? nil
    }

    private func choice(_ fields: borrowing JSONFields, _ field: Field) -> String?? {
        switch fields.kind(field.rawValue) {
        case .null: .some(nil)
        case .string: .some(text(fields, field))
        default: .none
        }
    }

    private func driver(_ fields: borrowing JSONFields, _ name: String) throws(DecodeFailure) -> EntityID {
        guard let driver = id(fields, .driver) ?? id(fields, .entity) else { throw DecodeFailure("a \(name) that names no driver") }
        return driver
    }

    private func instant(_ fields: borrowing JSONFields, _ field: Field, _ what: String) throws(DecodeFailure) -> EventTime {
        let time = unsafe fields.withString(field.rawValue) { unsafe EventTime(rfc3339: $0) } ?? nil
        guard let time else { throw DecodeFailure("\(what) without an instant in \(field.path.joined(separator: "."))") }
        return time
    }
}
