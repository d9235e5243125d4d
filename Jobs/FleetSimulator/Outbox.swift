internal import StreamCore

/// Where the actors put what they publish: it waits here for its delivery, and the truth is kept here.
struct Outbox: Sendable {
    private var deliveries = EarliestFirst<Delivery>()
    private var published = 0
    private var loads = 0
    private let keepsTruth: Bool
    /// What happened on the road, in the order in which it happened.
    private(set) var events: [TruthLine] = []
    /// The audit records delivered so far, in the order of delivery, each delivery of a duplicate.
    private(set) var audit: [AuditObservation] = []

    private struct Delivery: Sendable {
        let record: SimulatedRecord
        let observation: AuditObservation?
    }

    init(keepingTruth: Bool) { keepsTruth = keepingTruth }

    /// Publishes a record, which must not arrive before the actor's present instant; an audit record with what the rule sees of it.
    mutating func publish(_ record: SimulatedRecord, of observation: AuditObservation? = nil) {
        deliveries.insert(
            Delivery(record: record, observation: keepsTruth ? observation : nil), at: record.arrival, number: published)
        published += 1
    }

    /// Keeps what a perfect detector says.
    mutating func witness(_ line: @autoclosure () -> TruthLine) {
        if keepsTruth { events.append(line()) }
    }

    /// The next load's number, of that instant's day.
    mutating func nextLoadNumber(at time: EventTime) -> String {
        loads += 1
        let digits = time.rfc3339.prefix(10).filter { $0 != "-" }.suffix(6)
        let number = String(loads % 1_000_000)
        return "LH-\(digits)-\(String(repeating: "0", count: 6 - number.count))\(number)"
    }

    /// Takes out what is delivered by that instant, in the order of delivery.
    mutating func delivered(by limit: EventTime) -> [SimulatedRecord] {
        var records: [SimulatedRecord] = []
        while let (_, delivery) = deliveries.removeFirst(dueBy: limit) {
            if let observation = delivery.observation { audit.append(observation) }
            records.append(delivery.record)
        }
        return records
    }
}
