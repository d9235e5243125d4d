public import StreamCore
internal import Foundation
internal import Wire

/// Reads lines that are objects of `key`, `value`, `headers` and `timestamp`: what `publish --format records` and `replay` take.
///
/// A text, as key or value, means its own bytes, so a value that is JSON is written as JSON; `null` is a tombstone. `key_base64` and
/// `value_base64` stand for bytes that are no text. `timestamp` is an instant, or milliseconds since 1970. Other members are passed over,
/// so that what `tail --json` printed can be read. Keep one per thread: it holds a parser.
public struct RecordLineReader {
    private let parser = JSONParser()
    private let projection: JSONProjection
    private let hasKeyField: Bool
    private let time: EventTime

    private enum Field {
        static let (key, value, headers, timestamp, inValue, valueBase64, keyBase64) = (0, 1, 2, 3, 4, 5, 6)
    }

    /// A reader. A record without a key gets the field of its value that `keyField` names; one without a timestamp happened at `time`.
    public init(keyField: String?, time: EventTime) {
        let field = keyField.map { $0.split(separator: ".").map(String.init) } ?? ["key"]
        projection = JSONProjection(
            paths: [["key"], ["value"], ["headers"], ["timestamp"], ["value"] + field, ["value_base64"], ["key_base64"]])
        hasKeyField = keyField != nil
        self.time = time
    }

    /// The record of a line, behind which at least 64 bytes must be readable.
    public func record(_ line: UnsafeRawBufferPointer) throws(DecodeFailure) -> Record {
        try unsafe parser.project(projection, line) { fields throws(DecodeFailure) in
            let value = try RecordLineReader.value(fields)
            switch fields.kind(Field.key) {
            case .array, .object: throw DecodeFailure("`key` takes a text or a number")
            default: break
            }
            var key = fields.scalar(Field.key)
            if key == nil { key = try RecordLineReader.base64(fields, Field.keyBase64, "key_base64") }
            if key == nil, hasKeyField { key = fields.scalar(Field.inValue) }
            return Record(key: key, value: value, headers: try RecordLineReader.headers(fields), time: try time(fields))
        }
    }

    private static func value(_ fields: borrowing JSONFields) throws(DecodeFailure) -> [UInt8]? {
        switch fields.kind(Field.value) {
        case .null: return nil
        case .array, .object: return unsafe fields.withText(Field.value) { unsafe Array($0) }
        case .missing:
            guard let bytes = try base64(fields, Field.valueBase64, "value_base64") else {
                throw DecodeFailure("no member `value`; an object of key, value, headers and timestamp is expected")
            }
            return bytes
        default: return fields.scalar(Field.value)
        }
    }

    private static func base64(_ fields: borrowing JSONFields, _ index: Int, _ name: String) throws(DecodeFailure) -> [UInt8]? {
        if fields.isAbsent(index) { return nil }
        guard let bytes = fields.string(index).flatMap({ Data(base64Encoded: $0) }) else { throw DecodeFailure("`\(name)` takes bytes in base64") }
        return Array(bytes)
    }

    private static func headers(_ fields: borrowing JSONFields) throws(DecodeFailure) -> [Header] {
        if fields.isAbsent(Field.headers) { return [] }
        let tree = try unsafe fields.withText(Field.headers) { text throws(DecodeFailure) in try unsafe JSON(parsing: text) }
        guard let members = tree?.members else { throw DecodeFailure("`headers` takes an object of texts") }
        var headers: [Header] = []
        for member in members {
            switch member.value {
            case .null: headers.append(Header(member.name, nil as [UInt8]?))
            case .string(let text): headers.append(Header(member.name, text))
            case .array, .object: throw DecodeFailure("header `\(member.name)` takes a text")
            default: headers.append(Header(member.name, member.value.compact))
            }
        }
        return headers
    }

    private func time(_ fields: borrowing JSONFields) throws(DecodeFailure) -> EventTime {
        switch fields.kind(Field.timestamp) {
        case .missing, .null: return time
        case .integer: return EventTime(milliseconds: fields.integer(Field.timestamp) ?? 0)
        case .string:
            let text = fields.string(Field.timestamp) ?? ""
            guard let instant = EventTime(rfc3339: text) else { throw DecodeFailure("`timestamp` is no instant such as 2026-03-02T06:00:00Z: \(text)") }
            return instant
        default: throw DecodeFailure("`timestamp` takes an instant such as 2026-03-02T06:00:00Z, or milliseconds since 1970")
        }
    }
}

extension JSONFields {
    /// A text's own bytes, a number or truth value as JSON writes it; `nil` for anything else.
    func scalar(_ index: Int) -> [UInt8]? {
        switch kind(index) {
        case .string: unsafe withString(index) { unsafe Array($0) }
        case .integer: integer(index).map { Array(String($0).utf8) }
        case .unsigned: unsigned(index).map { Array(String($0).utf8) }
        case .double: number(index).map { JSON.number($0).compact }
        case .bool: bool(index).map { Array(String($0).utf8) }
        default: nil
        }
    }
}
