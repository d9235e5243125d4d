internal import Access
internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

extension Route {
    /// Drivers.
    static let drivers: [Route] = {
        let routes = EntityRoutes<Driver>(
            right: .manage,
            filters: [
                Filters.text, Filters.ids("carrier_id", "Of one of those carriers.", aliases: ["carrier"]),
                Filters.status(DriverStatus.self),
                Filters.available,
            ] + Filters.nearby,
            conditions: { query in
                Filters.texts(query, .drivers, ["carrier_id", "status"]) + (query.flag("available").map { [.available($0)] } ?? [])
                    + Filters.words(query) + Filters.near(query, .drivers)
            }, takesTime: { _ in true }, prepared: { Driver.named($0) })
        return routes.all + [
            routes.command("status", .status, [.put], "Say what a driver does: an entry of the duty log", right: .report, body: .duty),
            routes.command("location", .location, [.put, .post], "Say where a driver is", right: .report, body: .location), hours,
            performance,
        ]
    }()

    private static let hours = Route(
        method: .get, path: "/api/drivers/{id}/hos", summary: "Read a driver's hours of service",
        note: "The duty log held against the driver's rules at this instant. Clocks are in minutes; null where there is no such rule.",
        group: "drivers", right: .read,
        answers: [.init(200, .shape(HoursAnswer.shape), "Clocks, violations, warnings and what comes back.")],
        serve: { call, desk throws(Refusal) in
            let entry = try desk.entry(.driver, call.id, for: call)
            desk.later(call) { () throws(Refusal) in call.answer(200, desk.hours.answer(of: call.id, entry.text, at: desk.now)) }
        })

    private static let performance = Route(
        method: .get, path: "/api/drivers/{id}/performance", summary: "Read how a driver has done", group: "drivers", right: .read,
        parameters: Performance.parameters, answers: [.init(200, .shape(Performance.driverShape), "Figures of the range.")],
        serve: { call, desk throws(Refusal) in
            _ = try desk.entry(.driver, call.id, for: call)
            let range = try Performance.range(call, desk)
            desk.later(call) { () throws(Refusal) in
                let found = try Performance.figures(of: .driver("\(call.id)"), range, desk)
                call.answer { json in
                    json.field("driver_id", call.id)
                    Performance.write(range, found, into: &json)
                    json.field("hos_violations", found.violations)
                }
            }
        })
}

/// The answer to `GET hos`.
enum HoursAnswer {
    static let shape = Shape.object([
        .init("driver_id", .id, isRequired: true), .init("ruleset", .text, isRequired: true),
        .init("cycle", .text(.cycle), isRequired: true),
        .init("status", .text, isRequired: false), .init("since", .instant, isRequired: false),
        .init(
            "remaining",
            .object(["drive_min", "window_min", "break_min", "cycle_min"].map { .init($0, .integer, isRequired: false, unit: .minutes) }),
            isRequired: true),
        .init("hours_remaining", .number, isRequired: true, unit: .hours), .init("violations", .list(.document), isRequired: true),
        .init("warnings", .list(.document), isRequired: true), .init("recap", .list(.document), isRequired: true),
        .init("as_of", .instant, isRequired: true),
    ])
}

extension BodyForm {
    /// An entry of a driver's duty log.
    static let duty = BodyForm([
        .init("status", DriverStatus.shape, isRequired: true), .init("timestamp", .instant, isRequired: false),
        .init("special", SpecialDriving.shape, isRequired: false), .init("exemption", DutyExemption.shape, isRequired: false),
        .init("log_entry_id", .words, isRequired: false), .init("revision", .count, isRequired: false),
        .init("annulled", .bool, isRequired: false),
    ]) { body in
        if case .failure(let wrong) = DutyChange.read(body, now: .reckonableEnd) { wrong.problems } else { [] }
    }
}
