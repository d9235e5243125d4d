internal import Freight
internal import StreamCore

/// What is counted of a carrier or a driver; as a change of it, also below zero.
struct Counts: Hashable, Sendable, Storable {
    /// Loads delivered.
    var delivered = 0
    /// Those of them that came in time.
    var onTime = 0
    /// Those of them whose vehicle had left its way.
    var deviated = 0
    /// Violations of hours of service that stand.
    var violations = 0
    /// Vehicles there are; not by day.
    var vehicles = 0
    /// Those of them that are AVAILABLE.
    var available = 0

    private static let parts: [any WritableKeyPath<Counts, Int> & Sendable] = [
        \.delivered, \.onTime, \.deviated, \.violations, \.vehicles, \.available,
    ]

    init() {}

    static func += (a: inout Counts, b: Counts) { for part in parts { a[keyPath: part] += b[keyPath: part] } }

    static prefix func - (counts: Counts) -> Counts {
        var less = Counts()
        for part in parts { less[keyPath: part] = -counts[keyPath: part] }
        return less
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        for part in Counts.parts { self[keyPath: part] = Int(try reader.signed()) }
    }

    func store(into writer: inout ByteWriter) { for part in Counts.parts { writer.signed(Int64(self[keyPath: part])) } }

    var json: JSON {
        .object([
            "delivered": delivered.json, "on_time": onTime.json, "deviated": deviated.json, "violations": violations.json,
            "vehicles": vehicles.json, "available": available.json,
        ])
    }
}

/// A change in what is counted of a carrier or a driver, on the day of `at`.
struct Count: Hashable, Sendable, Storable {
    /// Of whom.
    let subject: EntityID
    /// A carrier or a driver.
    let kind: EntityType
    /// When what is counted happened: its day is the one that it counts for.
    let at: EventTime
    let change: Counts

    init(of subject: EntityID, _ kind: EntityType, at: EventTime, _ change: Counts) {
        self.subject = subject
        self.kind = kind
        self.at = at
        self.change = change
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        subject = try EntityID(from: &reader, version: version)
        kind = try EntityType(from: &reader, version: version)
        at = try EventTime(from: &reader, version: version)
        change = try Counts(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        subject.store(into: &writer)
        kind.store(into: &writer)
        at.store(into: &writer)
        change.store(into: &writer)
    }

    var json: JSON { .object(["subject": subject.json, "at": at.json, "change": change.json]) }
}
