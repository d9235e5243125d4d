public import StreamCore

extension DutyEntry: Storable {
    public func store(into writer: inout ByteWriter) {
        writer.word(start.microseconds)
        writer.byte(status.map { $0.rawValue + 1 } ?? 0)
        writer.byte(special.map { $0.rawValue + 1 } ?? 0)
        writer.byte(exemption.map { $0.rawValue + 1 } ?? 0)
        writer.byte((isAnnulled ? 1 : 0) | (isNameless ? 2 : 0))
        writer.signed(revision)
        writer.signed(offset)
        if !isNameless { writer.text(key) }
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        let start = EventTime(microseconds: try reader.word())
        let codes = [try reader.byte(), try reader.byte(), try reader.byte()]
        let (status, special, exemption) = (
            DutyStatus(rawValue: codes[0] &- 1), DutySpecial(rawValue: codes[1] &- 1), Exemption(rawValue: codes[2] &- 1)
        )
        guard codes[0] == 0 || status != nil, codes[1] == 0 || special != nil, codes[2] == 0 || exemption != nil else {
            throw DecodeFailure("a duty entry with codes \(codes)")
        }
        let flags = try reader.byte()
        let (revision, offset) = (try reader.signed(), try reader.signed())
        self.init(
            id: flags & 2 == 0 ? try reader.text() : nil, start: start, status: status, special: special, exemption: exemption,
            revision: revision, offset: offset, isAnnulled: flags & 1 != 0)
    }

    public var json: JSON {
        .object([
            "id": .string(key), "start": start.json, "status": status.map { .string($0.name) }, "special": special.map { .string($0.name) },
            "exemption": exemption.map { .string($0.name) }, "revision": revision == 0 ? nil : .integer(revision),
            "annulled": isAnnulled ? true : nil,
        ])
    }
}

extension Checkpoint: Storable {
    public func store(into writer: inout ByteWriter) {
        writer.word(at.microseconds)
        writer.signed(Checkpoint.word(extendedDays))
        writer.varint(UInt64(duty.count))
        for day in duty {
            writer.signed(Int64(day.day))
            writer.signed(day.micros)
        }
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        at = EventTime(microseconds: try reader.word())
        extendedDays = Checkpoint.days(try reader.signed())
        duty = []
        for _ in 0..<(try reader.count(ofAtLeast: 2)) { duty.append(DayDuty(day: Int(try reader.signed()), micros: try reader.signed())) }
    }

    /// Two days at the most, as one number: the later one below, above it by how much the other lies before that.
    private static func word(_ days: [Int]) -> Int64 {
        guard let last = days.last else { return .min }
        let gap = days.dropLast().last.map { last - $0 } ?? 0
        return Int64(Int32(truncatingIfNeeded: last)) + Int64(gap) << 32
    }

    private static func days(_ word: Int64) -> [Int] {
        if word == .min { return [] }
        let last = Int(Int32(truncatingIfNeeded: word))
        let gap = Int((word - Int64(last)) >> 32)
        return gap == 0 ? [last] : [last - gap, last]
    }

    public var json: JSON {
        .object([
            "at": at == .distantPast ? .null : at.json,
            "duty": .array(duty.map { .object(["day": .integer(Int64($0.day)), "minutes": .integer($0.micros / .minute)]) }),
        ])
    }
}

extension DutyLog: Storable {
    public func store(into writer: inout ByteWriter) {
        base.store(into: &writer)
        entries.store(into: &writer)
        annulled.store(into: &writer)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        self.init(
            base: try Checkpoint(from: &reader, version: 1), entries: try [DutyEntry](from: &reader, version: 1),
            annulled: try [DutyEntry](from: &reader, version: 1))
    }

    public var json: JSON { .object(["base": base.json, "entries": entries.json, "annulled": annulled.json]) }
}

extension Violation: Storable {
    public func store(into writer: inout ByteWriter) {
        writer.byte(identity.kind.rawValue)
        writer.text(identity.anchor)
        writer.varint(UInt64(identity.ordinal))
        writer.text(paragraph)
        for instant in [at, until, since] { writer.word(instant.microseconds) }
        for span in [limit, actual, excluded] { writer.signed(span.microseconds) }
        writer.byte((isOngoing ? 1 : 0) | (isConfirmed ? 2 : 0))
        entries.store(into: &writer)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        let code = try reader.byte()
        guard let kind = Kind(rawValue: code) else { throw DecodeFailure("a violation of kind \(code)") }
        identity = Identity(kind: kind, anchor: try reader.text(), ordinal: Int(try reader.varint()))
        paragraph = try reader.text()
        at = EventTime(microseconds: try reader.word())
        until = EventTime(microseconds: try reader.word())
        since = EventTime(microseconds: try reader.word())
        limit = .init(microseconds: try reader.signed())
        actual = .init(microseconds: try reader.signed())
        excluded = .init(microseconds: try reader.signed())
        let flags = try reader.byte()
        (isOngoing, isConfirmed) = (flags & 1 != 0, flags & 2 != 0)
        entries = try [String](from: &reader, version: 1)
    }

    public var json: JSON { .object(["kind": .string(kind.name), "at": at.json, "until": until.json, "confirmed": .bool(isConfirmed)]) }
}
