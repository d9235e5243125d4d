public import Dataflow
internal import Freight
internal import HoursOfService
internal import StreamCore

/// Holds every driver's duty log against the hours-of-service rules, and says when driving went over a limit, will soon, or turns out not
/// to have.
///
/// Duty entries may come late, out of order, corrected or annulled: the log is evaluated anew from the earliest changed instant, and only
/// the difference leaves. What a clock brings about by itself leaves at its instant, without a further record. What is kept of a driver's
/// hours goes to `hours`, so that others evaluate the same value. The rules are docs/hours-of-service.md.
public struct HOSViolations: Job {
    public static let name = "hos-violations"
    public static let summary = "violations of hours of service, warnings ahead of them, and drivers' clocks"

    static let duty = Inlet<HoursInput>("duty")
    static let rules = Inlet<HoursReference>("rules")
    static let carriers = Inlet<HoursReference>("carriers")
    static let violations = Outlet<HoursNotice>("violations")
    static let alerts = Outlet<ViolationAlarm>("alerts")
    static let hours = Outlet<HoursSnapshot>("hours")

    private let policy: HoursPolicy

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        let ruleSet = settings.text("ruleset", default: RuleSet.usProperty.name).uppercased()
        let cycle = settings.text("cycle", default: Cycle.seventyInEight.description)
        let zone = settings.text("timezone", default: "America/Chicago")
        let dayStart = settings.text("day-start", default: "00:00")
        let marks = settings.durations("warn-before", default: [.seconds(3_600), .seconds(1_800), .seconds(900)])
        let keep = settings.duration("keep", default: .seconds(8 * 86_400), atLeast: .seconds(86_400))
        try settings.finish()
        policy = try HoursPolicy(ruleSet: ruleSet, cycle: cycle, timeZone: zone, dayStart: dayStart, marks: marks, keep: keep)
    }

    public func declare(in flow: Flow) {
        let policy = policy
        let references = flow.broadcast(Self.rules, decoding: { RuleSetDecoder() })
            .merged(with: flow.broadcast(Self.carriers, decoding: { CarrierTermsDecoder() }))
        let said = flow.from(Self.duty, decoding: { CatalogedEvents(HoursInputDecoder(), besideOthers: true) }, timedBy: \.time)
            .keyed("drivers", by: "driver_id", \.driver)
            .processed("hours-of-service", with: references) { HoursProcess(policy, in: $0.state) }
        said.flatMapped("notices") { if case .notice(let notice) = $0 { [notice] } else { [] } }
            .into(Self.violations, encoding: { HoursNoticeEncoder() })
        said.flatMapped("alarms") { if case .alarm(let alarm) = $0 { [alarm] } else { [] } }
            .into(Self.alerts, encoding: { AlarmEncoder() })
        said.flatMapped("snapshots") { if case .snapshot(let snapshot) = $0 { [snapshot] } else { [] } }
            .into(Self.hours, encoding: { HoursSnapshotEncoder() })
    }
}
