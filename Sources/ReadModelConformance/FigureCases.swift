internal import Freight
internal import ReadModel
internal import StreamCore

extension ReadModelConformance {
    private static let truck = Fleet.id(21).description

    private static func points(_ minutes: [Int]) -> [TrackPoint] {
        minutes.map { minute in
            TrackPoint(
                time: Fleet.hours(Double(minute) / 60), latitude: 41 + Double(minute) / 100, longitude: -87, speed: Double(minute),
                heading: 0)
        }
    }

    /// Where vehicles were.
    public static let tracks: [ReadModelCase] = [
        ReadModelCase("points come the newest first, each instant once, within the time and the limit") { subject in
            let all = points([0, 1, 2, 3, 4, 5])
            try subject.fixture.take(Array(all[3...]), of: truck)
            try subject.fixture.take([all[4], all[1], all[0], all[2]], of: truck)
            let query = TrackQuery(truck, from: Fleet.hours(1 / 60), until: Fleet.hours(4 / 60), limit: 3)
            let page = try subject.model.track(query)
            try subject.expectEqual(page, TrackPage(points: [all[4], all[3], all[2]], total: 4), "the page")
            try subject.expectEqual(
                try subject.model.track(TrackQuery(Fleet.id(22).description, from: Fleet.day, until: Fleet.hours(1))),
                TrackPage(points: [], total: 0), "another vehicle's")
        },
        ReadModelCase("buckets are counted from 1970, the newest first, and ways are those within each") { subject in
            let all = points([0, 2, 4, 5, 9, 20])
            try subject.fixture.take(all, of: truck)
            let query = TrackQuery(truck, from: Fleet.day, until: Fleet.hours(1))
            let found = try subject.model.buckets(query, every: .init(.seconds(300)))
            let wanted = TrackBucket.buckets(of: all, every: .init(.seconds(300)))
            try subject.expectEqual(found.map(\.at), wanted.map(\.at), "the beginnings")
            try subject.expectEqual(found.map(\.count), [1, 2, 3], "the counts")
            try subject.expectEqual(found.map(\.maxSpeed), [20, 9, 4], "the greatest speeds")
            for (found, wanted) in zip(found, wanted) {
                try subject.expectEqual(
                    (found.distanceMiles * 100).rounded(), (wanted.distanceMiles * 100).rounded(), "a way in hundredths of a mile")
                try subject.expectEqual(found.averageSpeed, wanted.averageSpeed, "an average speed")
            }
        },
    ]

    private static func event(_ type: EventType, _ id: EntityID, at time: EventTime, _ data: JSON, step: String) -> [UInt8] {
        let occasion = Occasion(source: "test", time: time, cause: id)
        var out = ByteWriter(capacity: 256)
        occasion.envelope(type, type == .driverHOSViolation ? .driver : .load, id, step: step).write(
            into: &out, data: RawJSON(data.compact))
        return out.take()
    }

    private static func fill(_ subject: Subject) throws {
        try subject.fill()
        try subject.fixture.take(
            events: Fleet.loads.map { load in
                event(
                    .loadCreated, load.id, at: load.createdAt,
                    .object(["load_id": .string("\(load.id)"), "carrier_id": load.carrierID.map { .string("\($0)") }]), step: "made")
            }, on: "tms.loads")
        let told = ["PROVISIONAL", "CONFIRMED"].map { state in
            event(
                .driverHOSViolation, Fleet.id(31), at: Fleet.hours(5),
                .object([
                    "violation_id": .string(Fleet.id(91).description), "driver_id": .string(Fleet.id(31).description),
                    "started_at": .string(Fleet.hours(4).rfc3339), "state": .string(state),
                ]), step: state)
        }
        let retracted = event(
            .driverHOSViolation, Fleet.id(33), at: Fleet.hours(6),
            .object([
                "violation_id": .string(Fleet.id(92).description), "driver_id": .string(Fleet.id(33).description),
                "started_at": .string(Fleet.hours(4).rfc3339), "state": "RETRACTED",
            ]), step: "taken back")
        try subject.fixture.take(events: told + [retracted], on: "tms.drivers")
    }

    /// The dashboard.
    public static let figures: [ReadModelCase] = [
        ReadModelCase("the dashboard counts what is, what was delivered in its time, and what happened in it") { subject in
            try fill(subject)
            let query = DashboardQuery(from: Fleet.day, until: Fleet.hours(24), step: .init(.seconds(6 * 3_600)))
            let found = try subject.model.dashboard(query)
            try subject.expectEqual(found.loads, ["DELIVERED": 2, "IN_TRANSIT": 1, "CREATED": 1], "loads")
            try subject.expectEqual(found.vehicles, ["AVAILABLE": 2, "IN_TRANSIT": 1], "vehicles")
            try subject.expectEqual(found.drivers, ["AVAILABLE": 3], "drivers")
            try subject.expectEqual(found.deliveries.count, 1, "deliveries")
            try subject.expectEqual(found.deliveries.onTime, 1, "deliveries on time")
            try subject.expectEqual(found.deliveries.revenue, 120_050, "revenue")
            try subject.expectEqual(found.deliveries.transitMinutes, 600, "minutes on the way")
            try subject.expectEqual(found.violations, 1, "violations")
            try subject.expectEqual(found.events, ["LOAD_CREATED": 4, "DRIVER_HOS_VIOLATION": 3], "events")
            try subject.expectEqual(found.series.map(\.at), [0, 6, 12, 18].map { Fleet.hours($0) }, "the steps")
            try subject.expectEqual(found.series.map(\.created), [4, 0, 0, 0], "loads made")
            try subject.expectEqual(found.series.map(\.delivered), [0, 0, 0, 1], "loads delivered")
            try subject.expectEqual(found.series.map(\.events), [6, 1, 0, 0], "events by step")
        },
        ReadModelCase("a carrier's dashboard is of its own things, a customer's of its own loads") { subject in
            try fill(subject)
            var query = DashboardQuery(
                from: Fleet.day, until: Fleet.hours(72), step: .init(.seconds(86_400)), carrierID: Fleet.south.description)
            let south = try subject.model.dashboard(query)
            try subject.expectEqual(south.loads, ["DELIVERED": 1], "its loads")
            try subject.expectEqual(south.vehicles, ["AVAILABLE": 1], "its vehicles")
            try subject.expectEqual(south.deliveries.onTime, 0, "its deliveries on time")
            try subject.expectEqual(south.violations, 0, "its violations")
            try subject.expectEqual(south.events, ["LOAD_CREATED": 1], "its events")
            (query.carrierID, query.customerID) = (nil, "acme")
            let acme = try subject.model.dashboard(query)
            try subject.expectEqual(acme.loads, ["DELIVERED": 1, "IN_TRANSIT": 1, "CREATED": 1], "a customer's loads")
            try subject.expectEqual(acme.deliveries.revenue, 120_050, "a customer's revenue")
        },
        ReadModelCase("a carrier's and a driver's figures are of what was delivered in the time, and what was violated") { subject in
            try fill(subject)
            func figures(_ whose: PerformanceQuery.Subject, hours: Double) throws -> [Int] {
                let found = try subject.model.performance(PerformanceQuery(whose, from: Fleet.day, until: Fleet.hours(hours)))
                return [found.delivered, found.onTime, found.violations]
            }
            try subject.expectEqual(try figures(.carrier(Fleet.south.description), hours: 72), [1, 0, 0], "a carrier's")
            try subject.expectEqual(try figures(.driver(Fleet.id(31).description), hours: 72)[2], 1, "a driver's violations")
            try subject.expectEqual(try figures(.driver(Fleet.id(33).description), hours: 72)[2], 0, "violations that were taken back")
            try subject.expectEqual(try figures(.driver(Fleet.id(31).description), hours: 3)[2], 0, "violations of earlier")
        },
    ]
}
