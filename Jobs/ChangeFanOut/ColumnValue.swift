internal import StreamCore
internal import Wire

/// A value as a row or a snapshot has it, in the one form in which both can be compared: objects and lists out of their text, instants out of
/// theirs, numbers as numbers.
struct ColumnValue: Equatable {
    let json: JSON

    /// What columns hold whose text says it in another form than a snapshot.
    enum Form: Sendable {
        case plain
        /// A point on the globe.
        case place
        /// A line on the globe.
        case line
        /// An exact number with two digits after the point.
        case money
        /// Whatever JSON there is, a text among it.
        case document
    }

    /// A value of that form.
    init(_ value: JSON, as form: Form) {
        switch form {
        case .plain: self.init(value)
        case .place: self.init(place: value)
        case .line: self.init(line: value)
        case .money: self.init(money: value)
        case .document: self.init(value.string.flatMap { $0.hasPrefix("\"") ? try? JSON(parsing: $0) : nil } ?? value)
        }
    }

    /// Databases order the members of their documents as they like, and write numbers so.
    static func == (a: ColumnValue, b: ColumnValue) -> Bool { canonical(a.json) == canonical(b.json) }

    private static func canonical(_ value: JSON) -> JSON {
        switch value {
        case .integer(let number): .number(Double(number))
        case .array(let elements): .array(elements.map(canonical))
        case .object(let members):
            .object(members.sorted { $0.name < $1.name }.map { JSON.Member($0.name, canonical($0.value)) })
        default: value
        }
    }

    /// An amount: digits as text, or, as Debezium writes exact numbers, the bytes of the hundredths.
    private init(money value: JSON) {
        switch value.string {
        case let text? where text.contains("."): json = Double(text).map { .number($0) } ?? value
        case let text?: json = ColumnValue.decimal(.object(["scale": 2, "value": .string(text)]))
        case nil: json = ColumnValue(value).json
        }
    }

    /// A line as GeoJSON says it; anything else that GeoJSON knows is none.
    private init(line value: JSON) {
        if let bytes = value["wkb"]?.string.map({ ColumnValue.base64($0) }) {
            json = ColumnValue.line(bytes).map { .object(["type": "LineString", "coordinates": .array($0)]) } ?? .null
        } else {
            json = value["type"] == "LineString" ? .object(["type": "LineString", "coordinates": value["coordinates"] ?? .null]) : .null
        }
    }

    /// The points of a line in its well-known binary form.
    private static func line(_ bytes: [UInt8]) -> [JSON]? {
        guard bytes.count >= 9, bytes[0] == 1, bytes[1] == 2 else { return nil }
        let start = bytes[4] & 0x20 == 0 ? 5 : 9
        func word(_ at: Int, _ count: Int) -> UInt64 { bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        guard bytes.count >= start + 4 else { return nil }
        let (count, first) = (Int(word(start, 4)), start + 4)
        guard bytes.count == first + count * 16 else { return nil }
        return (0..<count).map { point in
            .array([0, 8].map { .number(Double(bitPattern: word(first + point * 16 + $0, 8))) })
        }
    }

    init(_ value: JSON) {
        switch value {
        case .string(let text): json = ColumnValue.read(text)
        case .integer(let number): json = .number(Double(number))
        case .object where value["scale"]?.integer != nil && value["value"]?.string != nil: json = ColumnValue.decimal(value)
        // Columns say NULL where snapshots leave a member out or have nothing in it.
        case .array(let elements) where elements.isEmpty: json = .null
        case .object(let members) where members.isEmpty: json = .null
        default: json = value
        }
    }

    /// A place, of which a column knows the point alone.
    private init(place value: JSON) {
        let point = value["wkb"]?.string.flatMap { ColumnValue.point(ColumnValue.base64($0)) }
        let latitude = point?.latitude ?? value["latitude"]?.number
        let longitude = point?.longitude ?? value["longitude"]?.number
        guard let latitude, let longitude else {
            json = .null
            return
        }
        json = .object(["latitude": .number(latitude), "longitude": .number(longitude)])
    }

    private static func read(_ text: String) -> JSON {
        if let first = text.first, first == "{" || first == "[", let parsed = try? JSON(parsing: text) { return ColumnValue(parsed).json }
        if text.utf8.count >= 19, let instant = EventTime(rfc3339: text) { return .string(instant.rfc3339) }
        return .string(text)
    }

    /// A number with exact places, up to what 64 bits hold.
    private static func decimal(_ value: JSON) -> JSON {
        let bytes = base64(value["value"]?.string ?? "")
        guard bytes.count <= 8, let first = bytes.first else { return value }
        let unscaled = bytes.reduce(first >= 0x80 ? Int64(-1) : 0) { $0 << 8 | Int64($1) }
        var divisor = 1.0
        for _ in 0..<(value["scale"]?.integer ?? 0) { divisor *= 10 }
        return .number(Double(unscaled) / divisor)
    }

    /// A point in its well-known binary form, the least significant byte first, with or without its reference system.
    private static func point(_ bytes: [UInt8]) -> (latitude: Double, longitude: Double)? {
        guard bytes.count >= 21, bytes[0] == 1, bytes[1] == 1 else { return nil }
        let start = bytes[4] & 0x20 == 0 ? 5 : 9
        guard bytes.count >= start + 16 else { return nil }
        func number(_ at: Int) -> Double { Double(bitPattern: bytes[at..<at + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }) }
        return (number(start + 8), number(start))
    }

    private static func base64(_ text: String) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bits = 0
        var gathered: UInt32 = 0
        var bytes: [UInt8] = []
        for letter in text.utf8 {
            guard let digit = letters.firstIndex(of: letter) else { break }
            gathered = gathered << 6 | UInt32(digit)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: gathered >> UInt32(bits)))
            }
        }
        return bytes
    }
}
