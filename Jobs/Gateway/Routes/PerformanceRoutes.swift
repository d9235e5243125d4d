internal import Access
internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

extension Route {
    /// How a carrier or a driver has done.
    static func performance(of type: EntityType) -> Route {
        let word = type.rawValue.lowercased()
        return Route(
            method: .get, path: "/api/\(type.plural)/{id}/performance", summary: "Read how a \(word) has done",
            note:
                "Without `start` and `end`: what was last published of it, and of which range. For a range: counted of the loads and "
                + "violations in it.",
            group: type.plural, right: .read,
            parameters: [
                Parameter("start", .instant, "From then on; 30 days before the end unless said."),
                Parameter("end", .instant, "Up to then; now unless said."),
            ], answers: [.init(200, .shape(Performance.shape(of: type)), "The figures, and of which range they are.")],
            serve: { call, desk throws(Refusal) in
                _ = try desk.entry(type, call.id, for: call)
                let isAsked = call.query.text("start") != nil || call.query.text("end") != nil
                let end = call.query.instant("end") ?? desk.now
                let start = call.query.instant("start") ?? end.advanced(by: -EventTime.Span(.seconds(30 * 86_400)))
                guard start < end else { throw .invalid("start", "must be before end") }
                desk.later(call) { () throws(Refusal) in
                    let told = isAsked ? nil : desk.replica.performance(of: call.id)
                    let performance =
                        if let told { told } else { try Performance(of: type, call.id, from: start, until: end, desk) }
                    call.answer { json in
                        json.field("\(word)_id", call.id)
                        performance.write(into: &json)
                        if type == .carrier { desk.replica.writeCapacity(of: call.id, into: &json) }
                    }
                }
            })
    }
}

/// What a carrier or a driver did within a range.
struct Performance: Sendable {
    let start: EventTime
    let end: EventTime
    let delivered: Int
    let onTimeRate: Double?
    let deviationRate: Double?
    let violations: Int

    /// What the job `carrier-performance` told; nil where that is none.
    init?(told text: [UInt8]) {
        guard let json = try? JSON(parsing: text), let range = json["range"],
            let start = range["start"]?.string.flatMap({ EventTime(rfc3339: $0) }),
            let end = range["end"]?.string.flatMap({ EventTime(rfc3339: $0) }), let delivered = json["loads_delivered"]?.integer,
            let violations = json["hos_violations"]?.integer
        else { return nil }
        (self.start, self.end) = (start, end)
        (self.delivered, self.violations) = (Int(delivered), Int(violations))
        (onTimeRate, deviationRate) = (json["on_time_rate"]?.number, json["deviation_rate"]?.number)
    }

    /// Counted by the read model, which knows nothing of deviations.
    init(of type: EntityType, _ id: EntityID, from start: EventTime, until end: EventTime, _ desk: Desk) throws(Refusal) {
        let subject: PerformanceQuery.Subject = type == .driver ? .driver("\(id)") : .carrier("\(id)")
        let figures = try desk.reading { () throws(ReadFailure) in
            try desk.model.performance(PerformanceQuery(subject, from: start, until: end))
        }
        (self.start, self.end) = (start, end)
        (delivered, onTimeRate, violations) = (figures.delivered, figures.onTimeRate, figures.violations)
        deviationRate = nil
    }

    func write(into json: inout JSONWriter) {
        json.object("range") { json in
            json.field("start", start)
            json.field("end", end)
        }
        json.field("loads_delivered", delivered)
        json.nullable("on_time_rate", onTimeRate)
        json.nullable("deviation_rate", deviationRate)
        json.field("hos_violations", violations)
    }

    static func shape(of type: EntityType) -> Shape {
        let range = Shape.object([.init("start", .instant, isRequired: true), .init("end", .instant, isRequired: true)])
        let capacity = Shape.object([.init("vehicles", .count, isRequired: true), .init("available", .count, isRequired: true)])
        return .object(
            [
                .init("\(type.rawValue.lowercased())_id", .uuid, isRequired: true), .init("range", range, isRequired: true),
                .init("loads_delivered", .count, isRequired: true), .init("on_time_rate", .share, isRequired: false),
                .init("deviation_rate", .share, isRequired: false), .init("hos_violations", .count, isRequired: true),
            ] + (type == .carrier ? [.init("capacity", capacity, isRequired: true)] : []))
    }
}

extension Replica {
    /// What a carrier has to drive with now.
    fileprivate func writeCapacity(of carrier: EntityID, into json: inout JSONWriter) {
        let vehicles = entries(.vehicles) { _, entry in entry.cell("carrier_id", of: .vehicles).id == carrier }
        json.object("capacity") { json in
            json.field("vehicles", vehicles.count)
            json.field("available", vehicles.count { $0.entry.cell("status", of: .vehicles).text == VehicleStatus.available.rawValue })
        }
    }
}
