internal import Dataflow
internal import DebeziumFormat
internal import Pgoutput
internal import StreamCore

/// Turns the stream's messages into records, one transaction after the other, and knows where it stands after each.
struct TransactionScribe {
    /// The transaction under way.
    private struct Open {
        let final: LogPosition
        let time: EventTime
        let number: UInt32
        /// How many of its changes have passed.
        var passed = 0
        /// How many of its changes are done already.
        let done: Int
        /// Whether all of it is.
        let isDone: Bool
        /// Whether it was begun by a sink of our own.
        var isOwn = false
        /// The tables that it asks to be read again.
        var asked: [CaptureSettings.Table] = []
        var total = 0
        var counts: [String: Int] = [:]
    }

    private let capture: CaptureSettings
    private let headers: [Header]
    private let marks: TransactionWriter
    private var open: Open?
    private(set) var position: CapturePosition
    private(set) var newest = EventTime(microseconds: 0)
    var outlets: SourceOutlets

    /// The prefix of the message with which a sink of ours begins its transactions.
    private static let ownPrefix = "linehaul.sink"
    /// The prefix of the message that asks for tables to be read again, their names a line each.
    static let request = "linehaul.snapshot"
    /// The header of changes that a sink of ours made: they tell nobody anything new.
    static let ownHeader = Header("linehaul.origin", "sink")

    init(_ capture: CaptureSettings, _ format: DebeziumSettings, _ position: CapturePosition, _ outlets: SourceOutlets) {
        self.capture = capture
        self.position = position
        self.outlets = outlets
        marks = TransactionWriter(format)
        headers = TransactionScribe.context(format)
    }

    /// The headers of every record, as Debezium has them.
    static func context(_ format: DebeziumSettings) -> [Header] {
        [
            Header("__debezium.context.connectorLogicalName", format.name), Header("__debezium.context.taskId", "0"),
            Header("__debezium.context.connectorName", "postgresql"),
        ]
    }

    /// Whether it stands between two transactions.
    var isBetween: Bool { open == nil }

    /// Takes a message that stands at `start`. Relations are the caller's.
    mutating func take(
        _ message: PgoutputMessage, at start: LogPosition, _ tables: TableRegister, now: EventTime
    ) throws(DecodeFailure) {
        switch message {
        case .begin(let final, let time, let number): begin(final, time, number, at: start)
        case .commit(_, let end, _): commit(end)
        case .insert(let relation, let row):
            try change(relation, tables) { scribe, table, isNews throws(DecodeFailure) in
                try scribe.record(.create, table, isNews, key: row, before: nil, after: row, at: start, now: now)
            }
        case .update(let relation, let old, let row):
            try change(relation, tables) { scribe, table, isNews throws(DecodeFailure) in
                try scribe.update(table, isNews, old, row, at: start, now: now)
            }
        case .delete(let relation, let old):
            try change(relation, tables) { scribe, table, isNews throws(DecodeFailure) in
                try scribe.record(.delete, table, isNews, key: old.image, before: old.image, after: nil, at: start, now: now)
            }
        case .truncate(let relations, _, _): try truncate(relations, tables, at: start, now: now)
        case .message(let isTransactional, _, let prefix, let content):
            try self.message(isTransactional, prefix, content, at: start, now: now)
        case .relation, .type, .origin: break
        case .streamStart, .streamStop, .streamCommit, .streamAbort: throw DecodeFailure("a piece of a transaction that is still running")
        }
    }

    /// The tables that were asked for have been read.
    mutating func haveReadTables() { position.haveRead() }

    /// Everything that committed before `end` has passed.
    mutating func progress(to end: LogPosition) { if open == nil { position.end = max(position.end, end) } }

    /// Tells that everything that committed before `time` has been told.
    mutating func beat(_ time: EventTime) {
        newest = max(newest, time)
        outlets.append(to: "heartbeats", Record(key: marks.heartbeatKey, value: marks.heartbeat(at: time), time: time))
    }

    private mutating func begin(_ final: LogPosition, _ time: EventTime, _ number: UInt32, at start: LogPosition) {
        let done = position.open?.final == final ? position.open?.done ?? 0 : 0
        open = Open(final: final, time: time, number: number, done: done, isDone: final < position.end)
        newest = max(newest, time)
        guard capture.tellsTransactions, done == 0, final >= position.end else { return }
        let mark = marks.begin(number, at: start, time: time)
        outlets.append(to: "transactions", Record(key: marks.key(number, at: start), value: mark, time: time))
    }

    private mutating func commit(_ end: LogPosition) {
        guard let closed = open.take(), !closed.isDone else { return }
        if capture.tellsTransactions {
            let counts = closed.counts.sorted { $0.key < $1.key }.map { (table: $0.key, count: $0.value) }
            let mark = marks.end(closed.number, at: end, time: closed.time, counts: counts)
            outlets.append(to: "transactions", Record(key: marks.key(closed.number, at: end), value: mark, time: closed.time))
        }
        position.end = end
        position.lastCommit = end
        position.open = nil
        position.ask(for: closed.asked)
    }

    /// Lets a change pass, one of the transaction's own numbering, and has it written unless it is done.
    private mutating func change(
        _ relation: UInt32, _ tables: TableRegister,
        _ body: (inout TransactionScribe, TableRegister.Table, Bool) throws(DecodeFailure) -> Void
    ) throws(DecodeFailure) {
        guard let table = tables[relation] else { throw DecodeFailure("a change of table \(relation), which was never described") }
        try pass { scribe, isNews throws(DecodeFailure) in try body(&scribe, table, isNews) }
    }

    private mutating func pass(_ body: (inout TransactionScribe, Bool) throws(DecodeFailure) -> Void) throws(DecodeFailure) {
        guard var transaction = open else { throw DecodeFailure("a change outside of a transaction") }
        if transaction.isDone { return }
        transaction.passed += 1
        open = transaction
        let isNews = transaction.passed > transaction.done
        try body(&self, isNews)
        if isNews { position.open = CapturePosition.Open(final: transaction.final, done: transaction.passed) }
    }

    private mutating func update(
        _ table: TableRegister.Table, _ isNews: Bool, _ old: PgoutputMessage.Old?, _ row: RowImage, at start: LogPosition, now: EventTime
    ) throws(DecodeFailure) {
        var before: RowImage?
        if case .row(let image) = old { before = image }
        guard let image = old?.image, !table.writer.hasSameKey(image, as: row), let oldKey = try table.writer.keyPayload(of: image),
            let newKey = try table.writer.keyPayload(of: row)
        else {
            return try record(.update, table, isNews, key: row, before: before, after: row, at: start, now: now)
        }
        try record(
            .delete, table, isNews, key: image, before: image, after: nil, Header("__debezium.newkey", newKey), at: start, now: now)
        let full = before.map { row.filled(from: $0) } ?? row
        try record(.create, table, isNews, key: full, before: nil, after: full, Header("__debezium.oldkey", oldKey), at: start, now: now)
    }

    private mutating func truncate(
        _ relations: [UInt32], _ tables: TableRegister, at start: LogPosition, now: EventTime
    ) throws(DecodeFailure) {
        guard capture.tellsTruncates else { return try pass { _, _ in } }
        try pass { scribe, isNews throws(DecodeFailure) in
            for relation in relations {
                guard let table = tables[relation] else { continue }
                try scribe.record(.truncate, table, isNews, key: nil, before: nil, after: nil, at: start, now: now)
            }
        }
    }

    private mutating func message(
        _ isTransactional: Bool, _ prefix: String, _ content: [UInt8], at start: LogPosition, now: EventTime
    ) throws(DecodeFailure) {
        if isTransactional, prefix == TransactionScribe.ownPrefix { open?.isOwn = true }
        if isTransactional, prefix == TransactionScribe.request {
            let named = String(decoding: content, as: UTF8.self).split(separator: "\n").map { CaptureSettings.Table($0) }
            open?.asked += named.filter { capture.tables.contains($0) }
        }
        // One outside of a transaction has no place among those that are counted: after a failure it may be told again.
        guard isTransactional else {
            guard capture.tellsMessages, start >= position.end else { return }
            let source = ChangeSource(time: now, transaction: 0, position: start, lastCommit: position.lastCommit)
            return try write(message: prefix, content, source, now)
        }
        let isOurs = prefix == TransactionScribe.ownPrefix || prefix == TransactionScribe.request
        guard capture.tellsMessages, !isOurs else { return try pass { _, _ in } }
        try pass { scribe, isNews throws(DecodeFailure) in
            guard let source = scribe.source(at: start, of: "", isNews) else { return }
            try scribe.write(message: prefix, content, source, now)
        }
    }

    private mutating func write(
        message prefix: String, _ content: [UInt8], _ source: ChangeSource, _ now: EventTime
    ) throws(DecodeFailure) {
        let value = try marks.message(prefix, content, from: source, at: now)
        outlets.append(to: "messages", Record(key: marks.messageKey(prefix), value: value, time: source.time))
    }

    /// What a record says of where it comes from; `nil` for one that is done. Counts it in either case.
    private mutating func source(at start: LogPosition, of table: String, _ isNews: Bool) -> ChangeSource? {
        guard var transaction = open else { return nil }
        transaction.total += 1
        if !table.isEmpty { transaction.counts[table, default: 0] += 1 }
        open = transaction
        guard isNews else { return nil }
        let order = (total: transaction.total, table: transaction.counts[table] ?? transaction.total)
        return ChangeSource(
            time: transaction.time, transaction: transaction.number, position: start, lastCommit: position.lastCommit,
            order: capture.tellsTransactions ? order : nil)
    }

    private mutating func record(
        _ operation: TableWriter.Operation, _ table: TableRegister.Table, _ isNews: Bool, key keyed: RowImage?, before: RowImage?,
        after: RowImage?, _ more: Header? = nil, at start: LogPosition, now: EventTime
    ) throws(DecodeFailure) {
        guard let outlet = table.outlet else { return }
        let shape = table.writer.table
        guard let source = source(at: start, of: "\(shape.schema).\(shape.name)", isNews) else { return }
        let key = try keyed.flatMap { row throws(DecodeFailure) in try table.writer.key(of: row) }
        let isOwn = open?.isOwn == true
        let plain = isOwn ? headers + [TransactionScribe.ownHeader] : headers
        let headers = more.map { [$0] + plain } ?? plain
        try outlets.append(to: outlet, key: key, headers: headers, time: source.time) { out throws(DecodeFailure) in
            try table.writer.write(operation, before: before, after: after, from: source, at: now, into: &out)
        }
        if operation == .delete, capture.format.writesTombstones {
            outlets.append(to: outlet, Record(key: key, value: nil, headers: headers, time: source.time))
        }
    }
}
