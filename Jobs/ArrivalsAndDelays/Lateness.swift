internal import StreamCore

/// Whether a load is late for its promise. An episode lasts as long as the promise, its delivery_datetime: in it a load is said to be overdue
/// once, and to be expected late once.
struct Lateness: Hashable, Sendable, Storable {
    private var promise: EventTime?
    private var isExpected = false
    private var isOverdue = false

    init() {}

    /// When a load becomes overdue; `nil` once it is.
    func next(_ trip: Trip) -> EventTime? {
        isOverdue && promise == trip.delivery.appointment ? nil : trip.delivery.appointment
    }

    /// What is to be said, with what was expected last. A load that is DELAYED already is not said to be.
    mutating func judge(_ trip: Trip, expected: EventTime?, at now: EventTime, by rule: TripRule) -> DelayReason? {
        let due = trip.delivery.appointment
        if promise != due { (promise, isExpected, isOverdue) = (due, false, false) }
        if isOverdue { return nil }
        if now >= due {
            isOverdue = true
            return trip.isDelayed ? nil : .overdue
        }
        guard let expected else { return nil }
        guard !isExpected, expected > due.advanced(by: rule.lateBy) else { return nil }
        isExpected = true
        return trip.isDelayed ? nil : .expectedLate(expected, by: expected.since(due))
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        promise = try EventTime?(from: &reader, version: version)
        isExpected = try Bool(from: &reader, version: version)
        isOverdue = try Bool(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        promise.store(into: &writer)
        isExpected.store(into: &writer)
        isOverdue.store(into: &writer)
    }

    var json: JSON { .object(["promise": promise.json, "expected_late": .bool(isExpected), "overdue": .bool(isOverdue)]) }
}

/// Why a load is late.
enum DelayReason: Hashable, Sendable {
    /// Its delivery_datetime has passed.
    case overdue
    /// It will be there at that instant, so much after its delivery_datetime.
    case expectedLate(EventTime, by: EventTime.Span)

    /// The reason as the load's history keeps it.
    var text: String {
        switch self {
        case .overdue: "OVERDUE"
        case .expectedLate(let arrival, let late):
            "EXPECTED_LATE: \(arrival.rfc3339), \(late.microseconds / 60_000_000) min after delivery_datetime"
        }
    }
}
