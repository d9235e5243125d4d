import Dataflow
import Freight
import Geodesy
import HoursOfService
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import ArrivalsAndDelays

/// A vehicle, its load and its driver's hours, told to the job by hand: places in metres east of the pickup, instants in seconds.
struct Yard {
    static let home = GeoPoint(latitude: 38.5, longitude: -98)
    static let start = EventTime(milliseconds: 1_772_431_200_000)
    static let keys = [
        "tracking": "vehicle_id", "vehicles": "vehicle_id", "loads": "load_id", "routes": "route_id", "hours": "driver_id",
    ]

    let harness: JobHarness

    init(_ settings: [String: String] = [:]) throws {
        var reader = SettingsReader(texts: settings)
        harness = try JobHarness(try ArrivalsAndDelays(settings: &reader), lateness: ["tracking": .seconds(10)], keys: Yard.keys)
    }

    static func place(_ east: Double) -> GeoPoint { home.moved(north: 0, east: east).rounded }

    static func time(_ seconds: Double) -> EventTime { start.advanced(by: .init(microseconds: Int64(seconds * 1e6))) }

    /// The load, to be picked up an hour after the start, with its delivery 300 km east.
    func load(
        _ status: String, from: String? = nil, at seconds: Double, delivery: Double = 36_000, vehicle: String = "truck-1",
        id: String = "load-1"
    ) throws {
        let (pickup, end) = (Yard.place(0), Yard.place(300_000))
        let text = """
            {"id":"\(id)","load_number":"LH-1","vehicle_id":"\(vehicle)","driver_id":"driver-1","status":"\(status)",\
            "delayed_from":\(from.map { "\"\($0)\"" } ?? "null"),\
            "pickup_location":{"latitude":\(pickup.latitude),"longitude":\(pickup.longitude)},\
            "delivery_location":{"latitude":\(end.latitude),"longitude":\(end.longitude)},\
            "pickup_datetime":"\(Yard.time(3_600).rfc3339)","delivery_datetime":"\(Yard.time(delivery).rfc3339)"}
            """
        try harness.send([Record(text, key: id, at: Yard.time(seconds))], to: "loads")
    }

    func gone(_ id: String = "load-1", at seconds: Double) throws {
        try harness.send([Record(key: Array(id.utf8), value: nil, time: Yard.time(seconds))], to: "loads")
    }

    static func fix(_ east: Double, at seconds: Double, _ vehicle: String = "truck-1", odometer: Double? = nil) -> Record {
        let place = place(east)
        return Record(
            """
            {"event_type":"VEHICLE_LOCATION_UPDATED","entity_id":"\(vehicle)","data":{"vehicle_id":"\(vehicle)","accuracy":12,\
            "location":{"latitude":\(place.latitude),"longitude":\(place.longitude)}\(odometer.map { ",\"odometer\":\($0)" } ?? "")}}
            """, key: vehicle, at: time(seconds))
    }

    /// A vehicle that stands from one instant to another, a fix every five minutes, and drives off or on at 25 m/s, one every half.
    static func stand(_ east: Double, from: Double, to: Double) -> [Record] {
        stride(from: from, through: to, by: 300).map { fix(east, at: $0) }
    }

    static func drive(from: Double, to: Double, at seconds: Double, every: Double = 30) -> [Record] {
        stride(from: 0, through: (to - from) / 25, by: every).map { fix(from + 25 * $0, at: seconds + $0) }
    }

    func see(_ fixes: [Record]) throws { try harness.send(fixes, to: "tracking") }

    /// Everything said about stops so far, in words: `PICKUP ARRIVED`.
    func stops() throws -> [String] {
        try alerts().map { "\($0["stop"]?.string ?? "") \($0["reason"]?.string ?? "")" }
    }

    func alerts() throws -> [JSON] {
        try harness.received(from: "alerts").map { try #require(try JSON(parsing: $0.value ?? [])["data"]) }
    }

    func commands() throws -> [Command] { try harness.received(from: "commands").map { try Command(try JSON(parsing: $0.value ?? [])) } }

    /// The reasons for which loads have been said to be delayed.
    func delays() throws -> [String] { try commands().filter { $0.type == .status }.compactMap { $0.body["reason"]?.string } }

    /// The instants that have been said to be expected.
    func etas() throws -> [EventTime] {
        try commands().filter { $0.type == .update }.compactMap { $0.body["eta"]?.string.flatMap { EventTime(rfc3339: $0) } }
    }

    /// The driver's hours, as `hos-violations` writes them.
    func hours(_ entries: [(Double, DutyStatus)], at seconds: Double) throws {
        var log = DutyLog()
        for (start, status) in entries { _ = log.take(DutyEntry(start: Yard.time(start), status: status)) }
        let calendar = try #require(CarrierCalendar(timeZone: "America/Chicago"))
        let terms = DutyTerms(rules: [.usProperty], cycle: .seventyInEight, calendar: calendar)
        let hours = DriverHours(driver: "driver-1", ruleSet: "US_PROPERTY", terms: terms, log: log)
        var out = ByteWriter()
        hours.write(hours.evaluated(at: Yard.time(seconds)), into: &out)
        try harness.send([Record(key: Array("driver-1".utf8), value: out.take(), time: Yard.time(seconds))], to: "hours")
    }
}
