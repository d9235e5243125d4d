public import StreamCore

/// Reads the plugin's messages in the order they come: within a piece of a running transaction each names its own part of it.
public struct PgoutputDecoder: Sendable {
    /// A message, and the (sub)transaction it belongs to where it came in a piece of a running one.
    public struct Decoded: Hashable, Sendable {
        /// The message.
        public let message: PgoutputMessage
        /// The part of the running transaction; `nil` outside of pieces.
        public let part: UInt32?
    }

    private var isInPiece = false

    /// A decoder for one connection, from its first message.
    public init() {}

    /// Reads one message.
    public mutating func decode(_ payload: [UInt8]) throws(DecodeFailure) -> Decoded {
        let inPiece = isInPiece
        let decoded = try ByteReader.read(payload) { reader throws(DecodeFailure) in
            try PgoutputDecoder.message(payload, &reader, inPiece)
        }
        switch decoded.message {
        case .streamStart: isInPiece = true
        case .streamStop: isInPiece = false
        default: break
        }
        return decoded
    }

    /// The part of a running transaction that a message belongs to, without reading the message; `nil` for one outside of pieces, and for
    /// what begins or ends a piece.
    public func part(of payload: [UInt8]) -> UInt32? {
        guard isInPiece, payload.count >= 5, PgoutputDecoder.carriesPart.contains(payload[0]) else { return nil }
        return payload[1...4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads a message that came in a piece of a running transaction and names its part.
    public static func decode(ofPiece payload: [UInt8]) throws(DecodeFailure) -> PgoutputMessage {
        try ByteReader.read(payload) { reader throws(DecodeFailure) in try message(payload, &reader, true) }.message
    }

    private static func message(
        _ payload: [UInt8], _ reader: inout ByteReader, _ inPiece: Bool
    ) throws(DecodeFailure) -> Decoded {
        let kind = try reader.byte()
        var part: UInt32?
        if inPiece, carriesPart.contains(kind) { part = try reader.ordered() }
        let message = try body(kind, payload, &reader)
        guard reader.isAtEnd else { throw DecodeFailure("a message of kind \(kind) with \(reader.remaining) bytes after its end") }
        return Decoded(message: message, part: part)
    }

    /// R Y I U D T M: those that belong to a transaction and say to which part of it.
    private static let carriesPart: Set<UInt8> = Set("RYIUDTM".utf8)

    private static func body(
        _ kind: UInt8, _ payload: [UInt8], _ reader: inout ByteReader
    ) throws(DecodeFailure) -> PgoutputMessage {
        switch Unicode.Scalar(kind) {
        case "B":
            let (final, time) = (try position(&reader), try instant(&reader))
            return .begin(final: final, at: time, transaction: try reader.ordered())
        case "C":
            _ = try reader.byte()
            let (at, end) = (try position(&reader), try position(&reader))
            return .commit(at: at, end: end, time: try instant(&reader))
        case "R": return .relation(try relation(&reader))
        case "Y":
            let id: UInt32 = try reader.ordered()
            let schema = try name(&reader)
            return .type(id: id, schema: schema, name: try name(&reader))
        case "O":
            let at = try position(&reader)
            return .origin(at, name: try name(&reader))
        case "I":
            let relation: UInt32 = try reader.ordered()
            guard try reader.byte() == UInt8(ascii: "N") else { throw DecodeFailure("an insert without a new row") }
            return .insert(relation: relation, try row(payload, &reader))
        case "U": return try update(payload, &reader)
        case "D":
            let relation: UInt32 = try reader.ordered()
            guard let old = try old(try reader.byte(), payload, &reader) else { throw DecodeFailure("a delete without an old row") }
            return .delete(relation: relation, old: old)
        case "T": return try truncate(&reader)
        case "M":
            let flags = try reader.byte()
            let (at, prefix) = (try position(&reader), try name(&reader))
            let length: UInt32 = try reader.ordered()
            return .message(isTransactional: flags & 1 != 0, at: at, prefix: prefix, content: try reader.raw(Int(length)))
        case "S":
            let transaction: UInt32 = try reader.ordered()
            return .streamStart(transaction: transaction, isFirst: try reader.byte() != 0)
        case "E": return .streamStop
        case "c":
            let transaction: UInt32 = try reader.ordered()
            _ = try reader.byte()
            let (at, end) = (try position(&reader), try position(&reader))
            return .streamCommit(transaction: transaction, at: at, end: end, time: try instant(&reader))
        case "A":
            let transaction: UInt32 = try reader.ordered()
            return .streamAbort(transaction: transaction, part: try reader.ordered())
        default: throw DecodeFailure("a message of kind \(kind), which neither version 1 nor 2 of the protocol has")
        }
    }

    private static func update(_ payload: [UInt8], _ reader: inout ByteReader) throws(DecodeFailure) -> PgoutputMessage {
        let relation: UInt32 = try reader.ordered()
        var kind = try reader.byte()
        let old = try old(kind, payload, &reader)
        if old != nil { kind = try reader.byte() }
        guard kind == UInt8(ascii: "N") else { throw DecodeFailure("an update without a new row") }
        return .update(relation: relation, old: old, try row(payload, &reader))
    }

    private static func old(
        _ kind: UInt8, _ payload: [UInt8], _ reader: inout ByteReader
    ) throws(DecodeFailure) -> PgoutputMessage.Old? {
        switch Unicode.Scalar(kind) {
        case "K": .key(try row(payload, &reader))
        case "O": .row(try row(payload, &reader))
        default: nil
        }
    }

    private static func truncate(_ reader: inout ByteReader) throws(DecodeFailure) -> PgoutputMessage {
        let count: UInt32 = try reader.ordered()
        let options = try reader.byte()
        guard Int(count) <= reader.remaining / 4 else { throw DecodeFailure("a truncate of \(count) tables that are not there") }
        var relations: [UInt32] = []
        for _ in 0..<count { relations.append(try reader.ordered()) }
        return .truncate(relations: relations, cascade: options & 1 != 0, restartsIdentity: options & 2 != 0)
    }

    private static func relation(_ reader: inout ByteReader) throws(DecodeFailure) -> Relation {
        let id: UInt32 = try reader.ordered()
        let (schema, name) = (try name(&reader), try name(&reader))
        let kind = try reader.byte()
        guard let identity = Relation.Identity(rawValue: kind) else { throw DecodeFailure("a replica identity \(kind); known are d n f i") }
        let count: UInt16 = try reader.ordered()
        var columns: [Relation.Column] = []
        for _ in 0..<count {
            let flags = try reader.byte()
            let column = try Self.name(&reader)
            let type: UInt32 = try reader.ordered()
            let modifier: UInt32 = try reader.ordered()
            columns.append(Relation.Column(column, isIdentity: flags & 1 != 0, type: type, modifier: Int32(bitPattern: modifier)))
        }
        return Relation(id: id, schema: schema.isEmpty ? "pg_catalog" : schema, name: name, identity: identity, columns: columns)
    }

    /// Notes where each column's text lies in the payload, and passes over them all at once.
    private static func row(_ payload: [UInt8], _ reader: inout ByteReader) throws(DecodeFailure) -> RowImage {
        let count: UInt16 = try reader.ordered()
        let begin = payload.count - reader.remaining
        var at = begin
        var places: [RowImage.Place] = []
        places.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard at < payload.count else { throw DecodeFailure("a row that ends before its \(count) columns do") }
            switch Unicode.Scalar(payload[at]) {
            case "n": places.append(.null)
            case "u": places.append(.unchanged)
            case "t":
                guard payload.count - at >= 5 else { throw DecodeFailure("a column without its length") }
                let length = payload[(at + 1)...(at + 4)].reduce(0) { $0 << 8 | Int($1) }
                guard length <= payload.count - at - 5 else { throw DecodeFailure("a column of \(length) bytes that are not there") }
                places.append(RowImage.Place(start: Int32(at + 5), length: Int32(length)))
                at += 4 + length
            case let other: throw DecodeFailure("a column of kind \(other); asked for are n, u and t")
            }
            at += 1
        }
        _ = try reader.raw(at - begin)
        return RowImage(bytes: payload, places: places)
    }

    private static func position(_ reader: inout ByteReader) throws(DecodeFailure) -> LogPosition { LogPosition(try reader.ordered()) }

    private static func instant(_ reader: inout ByteReader) throws(DecodeFailure) -> EventTime {
        let microseconds: UInt64 = try reader.ordered()
        return EventTime(postgres: Int64(bitPattern: microseconds))
    }

    /// Text that ends in a zero byte.
    private static func name(_ reader: inout ByteReader) throws(DecodeFailure) -> String {
        var bytes: [UInt8] = []
        while true {
            let next = try reader.byte()
            if next == 0 { break }
            bytes.append(next)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw DecodeFailure("a name that is not UTF-8") }
        return text
    }
}
