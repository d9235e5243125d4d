internal import EventLog
internal import Foundation
internal import StreamCore
internal import Wire

/// Reads the body of a publish request, a record a line, into a batch for each partition; all of it, or a refusal that names the line.
///
/// A record without a key of its own is keyed by the field that its topic declares, so that jobs which count on it find it there; one
/// without either goes by its value, so that the same body is spread the same way.
struct PublishedLines {
    /// How lines are written.
    enum Format: String, CaseIterable {
        /// A line is a value.
        case values
        /// A line is an object of `key`, `value`, `headers` and `timestamp`.
        case records
    }

    private let topic: String
    private let partitions: Int
    private let format: Format
    private let fixedKey: [UInt8]?
    private let now: EventTime
    private let firstLine: Int
    private let hasKeyField: Bool
    private let projection: JSONProjection
    private let parser = JSONParser()
    private var builders: [BatchBuilder?]
    private var count = 0

    init(_ spec: TopicSpec, _ format: Format, key: String?, now: EventTime, firstLine: Int) {
        topic = spec.name
        partitions = spec.partitions
        self.format = format
        fixedKey = key.map { Array($0.utf8) }
        self.now = now
        self.firstLine = firstLine
        hasKeyField = spec.key != nil && key == nil
        let field = spec.key.map { $0.split(separator: ".").map(String.init) } ?? ["key"]
        switch format {
        case .values: projection = JSONProjection(paths: [field])
        case .records:
            projection = JSONProjection(paths: [["key"], ["value"], ["headers"], ["timestamp"], ["value"] + field, ["value_base64"], ["key_base64"]])
        }
        builders = Array(repeating: nil, count: spec.partitions)
    }

    /// The batches of `body`, and how many records they hold.
    mutating func read(_ body: [UInt8]) throws(Refusal) -> (batches: [PartitionBatch], count: Int) {
        try unsafe body.withUnsafeBufferPointer { pointer throws(Refusal) in
            try unsafe JSONParser.withPadding(UnsafeRawBufferPointer(pointer)) { bytes throws(Refusal) in try unsafe readLines(bytes) }
        }
        var batches: [PartitionBatch] = []
        for partition in builders.indices {
            guard var builder = builders[partition].take() else { continue }
            batches.append(PartitionBatch(TopicPartition(topic, Partition(partition)), builder.finish()))
        }
        return (batches, count)
    }

    private mutating func readLines(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        var number = firstLine
        var start = 0
        while start < bytes.count {
            let end = unsafe bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
            let cut = unsafe end > start && bytes[end - 1] == 0x0d ? end - 1 : end
            if cut > start {
                try unsafe take(UnsafeRawBufferPointer(rebasing: bytes[start..<cut]), line: number)
                count += 1
            }
            number += 1
            start = end + 1
        }
    }

    private mutating func take(_ line: UnsafeRawBufferPointer, line number: Int) throws(Refusal) {
        switch format {
        case .values:
            let key = fixedKey ?? (hasKeyField ? unsafe fieldKey(of: line) : nil)
            let partition = unsafe partition(key, value: line)
            let moment = now
            with(partition) { builder in builder.append(key: key, time: moment) { unsafe $0.raw(line) } }
        case .records:
            do throws(DecodeFailure) {
                let record = try unsafe record(line)
                let value: [UInt8] = record.value ?? []
                let place = unsafe value.withUnsafeBytes { unsafe partition(record.key, value: $0) }
                with(place) { $0.append(record) }
            } catch {
                throw Refusal(
                    422, "INVALID_LINE", "line \(number): \(error.reason); nothing of this request was written",
                    details: [Refusal.Issue(field: "line \(number)", issue: error.reason)])
            }
        }
    }

    private mutating func with(_ partition: Int, _ body: (inout BatchBuilder) -> Void) {
        var builder = builders[partition].take() ?? BatchBuilder(capacity: 16_384)
        body(&builder)
        builders[partition] = builder
    }

    private func partition(_ key: [UInt8]?, value: UnsafeRawBufferPointer) -> Int {
        if let key { return Partitioner.partition(of: key, among: partitions).index }
        return unsafe Partitioner.partition(of: value, among: partitions).index
    }

    private func fieldKey(of line: UnsafeRawBufferPointer) -> [UInt8]? {
        (try? unsafe parser.project(projection, line) { fields throws(DecodeFailure) in PublishedLines.scalar(fields, 0) }) ?? nil
    }

    private func record(_ line: UnsafeRawBufferPointer) throws(DecodeFailure) -> Record {
        try unsafe parser.project(projection, line) { fields throws(DecodeFailure) in
            let value = try PublishedLines.value(fields)
            var key = fixedKey ?? PublishedLines.scalar(fields, 0) ?? fields.string(6).flatMap { Data(base64Encoded: $0) }.map { Array($0) }
            switch fields.kind(0) {
            case .array, .object: throw DecodeFailure("`key` takes a text or a number")
            default: break
            }
            if key == nil, hasKeyField { key = PublishedLines.scalar(fields, 4) }
            return Record(key: key, value: value, headers: try PublishedLines.headers(fields), time: try time(fields))
        }
    }

    private static func value(_ fields: borrowing JSONFields) throws(DecodeFailure) -> [UInt8]? {
        switch fields.kind(1) {
        case .null: return nil
        case .array, .object: return unsafe fields.withText(1) { unsafe Array($0) }
        case .missing:
            guard let text = fields.string(5), let bytes = Data(base64Encoded: text) else {
                throw DecodeFailure("no member `value`; an object of key, value, headers and timestamp is expected")
            }
            return Array(bytes)
        default: return scalar(fields, 1)
        }
    }

    /// A text's own bytes, a number or truth value as JSON writes it.
    private static func scalar(_ fields: borrowing JSONFields, _ index: Int) -> [UInt8]? {
        switch fields.kind(index) {
        case .string: return unsafe fields.withString(index) { unsafe Array($0) }
        case .integer: return fields.integer(index).map { Array(String($0).utf8) }
        case .unsigned: return fields.unsigned(index).map { Array(String($0).utf8) }
        case .double: return fields.number(index).map { JSON.number($0).compact }
        case .bool: return fields.bool(index).map { Array(String($0).utf8) }
        default: return nil
        }
    }

    private static func headers(_ fields: borrowing JSONFields) throws(DecodeFailure) -> [Header] {
        if fields.isAbsent(2) { return [] }
        let tree = try unsafe fields.withText(2) { text throws(DecodeFailure) in try unsafe JSON(parsing: text) }
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
        switch fields.kind(3) {
        case .missing, .null: return now
        case .integer: return EventTime(milliseconds: fields.integer(3) ?? 0)
        case .string:
            let text = fields.string(3) ?? ""
            guard let time = EventTime(rfc3339: text) else { throw DecodeFailure("`timestamp` is no instant such as 2026-03-02T06:00:00Z: \(text)") }
            return time
        default: throw DecodeFailure("`timestamp` takes an instant such as 2026-03-02T06:00:00Z, or milliseconds since 1970")
        }
    }
}
