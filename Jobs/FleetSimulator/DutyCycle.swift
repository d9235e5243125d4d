/// A driver's duty status, as on the wire.
enum DutyStatus: String, Sendable {
    case driving = "DRIVING"
    case onDuty = "ON_DUTY"
    case offDuty = "OFF_DUTY"
    case sleeperBerth = "SLEEPER_BERTH"

    var isRest: Bool { self == .offDuty || self == .sleeperBerth }
}

/// The hours that a property-carrying driver may work (49 CFR 395.3), kept by a driver who means to obey.
///
/// All instants and lengths are seconds. The 70 hours are counted since the last restart and never dropped day by day, which is stricter
/// than the rule and needs no calendar.
struct DutyCycle: Sendable {
    private(set) var status = DutyStatus.offDuty
    private(set) var since: Int
    private var driven = 0
    private var drivenSinceBreak = 0
    private var worked = 0
    private var windowOpenedAt: Int?
    private var restingSince: Int?
    private var standingSince: Int?

    /// What a driver needs before driving on.
    enum Need: Sendable { case nothing, pause, rest, restart }

    /// A driver who has been off duty since that instant.
    init(restingSince start: Int) {
        since = start
        restingSince = start
        standingSince = start
    }

    /// A limit that was driven past, and when.
    struct Excess: Hashable, Sendable {
        enum Limit: String, Sendable {
            case drive = "DRIVE_11H"
            case window = "WINDOW_14H"
            case unbroken = "BREAK_30M"

            var minutes: Int {
                switch self {
                case .drive: 11 * 60
                case .window: 14 * 60
                case .unbroken: 8 * 60
                }
            }
        }

        let limit: Limit
        let at: Int
    }

    /// The limits that the drive which ends now has passed for the first time since it counts anew: what any reckoning must find.
    func excesses(at now: Int) -> [Excess] {
        guard status == .driving else { return [] }
        let limits: [(Excess.Limit, Int)] = [
            (.drive, since + DutyCycle.drive - driven), (.window, (windowOpenedAt ?? now) + DutyCycle.window),
            (.unbroken, since + DutyCycle.breakAfter - drivenSinceBreak),
        ]
        return limits.filter { $0.1 < now && $0.1 >= since }.map { Excess(limit: $0.0, at: $0.1) }
    }

    /// The driver's status becomes `next`.
    mutating func enter(_ next: DutyStatus, at now: Int) {
        let spent = now - since
        if !status.isRest { worked += spent }
        if status == .driving {
            driven += spent
            drivenSinceBreak += spent
        }
        if next == .driving {
            if let standingSince, now - standingSince >= DutyCycle.pause { drivenSinceBreak = 0 }
            standingSince = nil
        } else if standingSince == nil {
            standingSince = now
        }
        if next.isRest {
            if restingSince == nil { restingSince = now }
        } else {
            if let restingSince { endRest(of: now - restingSince) }
            restingSince = nil
            if windowOpenedAt == nil { windowOpenedAt = now }
        }
        status = next
        since = now
    }

    private mutating func endRest(of length: Int) {
        if length >= DutyCycle.restart { worked = 0 }
        guard length >= DutyCycle.rest else { return }
        driven = 0
        drivenSinceBreak = 0
        windowOpenedAt = nil
    }

    /// What is needed before, or in the middle of, another `margin` seconds of driving.
    func need(for margin: Int, at now: Int) -> Need {
        let spent = now - since
        let driving = status == .driving ? spent : 0
        // Nobody is so tired as to work on after 70 hours.
        if DutyCycle.cycle - worked - (status.isRest ? 0 : spent) < max(margin, 600) { return .restart }
        let window = windowOpenedAt.map { $0 + DutyCycle.window - now } ?? DutyCycle.window
        let drive = DutyCycle.drive - driven - driving
        if min(window, drive) < margin { return .rest }
        let stood = standingSince.map { now - $0 } ?? 0
        guard stood < DutyCycle.pause, DutyCycle.breakAfter - drivenSinceBreak - driving < margin else { return .nothing }
        // A pause that leaves less than an hour to drive is not worth parking twice for.
        return min(window - DutyCycle.pause, drive) < margin + 3_600 ? .rest : .pause
    }

    static let drive = 11 * 3_600
    static let window = 14 * 3_600
    static let breakAfter = 8 * 3_600
    static let pause = 30 * 60
    static let rest = 10 * 3_600
    static let cycle = 70 * 3_600
    static let restart = 34 * 3_600
}
