public import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// Alerts when a vehicle has not reported its position for too long, once for each silence.
public struct SilentVehicles: Job {
    public static let name = "silent-vehicles"
    public static let summary = "alerts when a vehicle stops reporting its position"
    private let limit: Duration

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        limit = settings.duration("limit", default: .seconds(900), atLeast: .seconds(1))
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let limit = EventTime.Span(limit)
        flow.from(Inlet<JSON>("tracking"), decoding: { JSONValueDecoder() })
            .flatMapped("ids") { event in [event["entity_id"]?.string].compactMap(\.self) }
            .keyed("vehicles", by: "vehicle_id") { $0 }
            .processed("silences") { SilenceDetector(limit: limit, alarms: $0.state.value("alarms"), timers: $0.state.timers("timers")) }
            .into(Outlet<String>("alerts"), encoding: { SilenceEncoder() })
    }
}

/// Puts a vehicle's timer off with each report. Time is the events' own: a backlog read in a minute raises what it would have raised live.
struct SilenceDetector: KeyedProcess {
    let limit: EventTime.Span
    let alarms: ValueState<String, EventTime>
    let timers: TimerState<String>?

    func process(_ report: String, of vehicle: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        let alarm = time.advanced(by: limit)
        if let earlier = try alarms.value(for: vehicle) {
            if earlier >= alarm { return }
            timers?.cancel(Timer(vehicle, at: earlier))
        }
        try alarms.set(alarm, for: vehicle)
        timers?.set(Timer(vehicle, at: alarm))
    }

    func timerFired(_ timer: Timer<String>, into out: inout Output<String>) { out.emit(timer.key, at: timer.time) }
}

/// Writes a silence as a system alert about its vehicle. Its id follows from vehicle and time, so it is the same after a crash.
struct SilenceEncoder: RecordEncoder {
    func key(of vehicle: String) -> [UInt8]? { Array(vehicle.utf8) }

    func encode(_ vehicle: String, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        let id = EntityID.version7(at: time, Entropy(of: Array("silent \(vehicle)".utf8)))
        EventEnvelope(
            eventID: id, type: .systemAlert, timestamp: time, source: "linehaul/silent-vehicles", entityType: .vehicle,
            entityID: EntityID(vehicle), severity: .warning
        ).append(to: &batch, at: time, key: key) { $0.field("reason", "no position reported") }
    }
}
