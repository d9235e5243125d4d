internal import Freight
internal import StreamCore
internal import Wire

/// What there is to tell of a carrier or a driver: the counts of a window, and those that were told before.
struct Performance: Hashable, Sendable {
    let subject: EntityID
    let kind: EntityType
    let start: EventTime
    let end: EventTime
    let counts: Counts
    let before: Counts?

    init(of subject: EntityID, _ kind: EntityType, from start: EventTime, to end: EventTime, _ counts: Counts, before: Counts?) {
        self.subject = subject
        self.kind = kind
        self.start = start
        self.end = end
        self.counts = counts
        self.before = before
    }

    /// The share of the delivered loads that `part` of them are; nil where there are none.
    private func share(_ part: Int) -> Double? {
        counts.delivered == 0 ? nil : (Double(part) / Double(counts.delivered) * 10_000).rounded() / 10_000
    }

    var onTimeRate: Double? { share(counts.onTime) }
    var deviationRate: Double? { share(counts.deviated) }

    /// The events of a carrier; a driver has none.
    var events: [BusinessEvent] {
        guard kind == .carrier else { return [] }
        let occasion = Occasion(source: "linehaul/\(CarrierPerformance.name)", time: end, cause: subject)
        var events: [BusinessEvent] = []
        let (now, then) = (counts, before ?? Counts())
        if (now.delivered, now.onTime, now.deviated, now.violations) != (then.delivered, then.onTime, then.deviated, then.violations) {
            let figures = CarrierFigures(
                carrierID: subject, start: start, end: end, loadsDelivered: now.delivered, onTimeRate: onTimeRate,
                deviationRate: deviationRate, hoursViolations: now.violations)
            events.append(figures.event(on: occasion))
        }
        if (now.vehicles, now.available) != (then.vehicles, then.available) {
            events.append(CarrierCapacity(carrierID: subject, vehicles: now.vehicles, available: now.available).event(on: occasion))
        }
        return events
    }
}

/// Writes what there is to tell under the id of whom it is about: the last record of each is what `GET …/performance` answers.
struct PerformanceEncoder: RecordEncoder {
    func key(of performance: Performance) -> [UInt8]? { performance.subject.utf8 }

    func encode(_ performance: Performance, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { out in
            JSONWriter.object(into: &out) { json in
                json.field("entity_type", performance.kind)
                json.field("entity_id", performance.subject)
                json.object("range") { range in
                    range.field("start", performance.start)
                    range.field("end", performance.end)
                }
                json.field("loads_delivered", performance.counts.delivered)
                json.nullable("on_time_rate", performance.onTimeRate)
                json.nullable("deviation_rate", performance.deviationRate)
                json.field("hos_violations", performance.counts.violations)
                if performance.kind == .carrier {
                    json.object("capacity") { capacity in
                        capacity.field("vehicles", performance.counts.vehicles)
                        capacity.field("available", performance.counts.available)
                    }
                }
            }
        }
    }
}
