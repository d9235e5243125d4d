/// What a driver is doing, as a record of duty status knows it (49 CFR 395.8).
public enum DutyStatus: UInt8, CaseIterable, Sendable {
    case offDuty = 0
    case sleeperBerth = 1
    case driving = 2
    case onDuty = 3

    /// The name on the wire.
    public var name: String {
        switch self {
        case .offDuty: "OFF_DUTY"
        case .sleeperBerth: "SLEEPER_BERTH"
        case .driving: "DRIVING"
        case .onDuty: "ON_DUTY"
        }
    }

    /// The status of that name in any case. AVAILABLE, a dispatcher's word, is off duty.
    public init?(anyCase name: String) {
        switch name {
        case "OFF_DUTY", "AVAILABLE": self = .offDuty
        case "SLEEPER_BERTH": self = .sleeperBerth
        case "DRIVING": self = .driving
        case "ON_DUTY": self = .onDuty
        default:
            let upper = name.uppercased()
            if upper == name { return nil }
            self.init(anyCase: upper)
        }
    }
}

/// A use of the vehicle that changes what a status counts as.
public enum DutySpecial: UInt8, CaseIterable, Sendable {
    /// Off duty, whatever the wheels do (395.8, question 26).
    case personalConveyance = 0
    /// On duty, not driving.
    case yardMove = 1
    /// Riding along: rest for up to three hours beside seven in the berth, on duty otherwise (395.2).
    case passengerSeat = 2
    /// Waiting at a well site, for drivers of vehicles built to service wells: off duty, and outside the window (395.1(d)(2)).
    case wellSite = 3
    /// Hauling farm commodities within 150 air miles of their source in planting and harvest: does not count at all (395.1(k)).
    case agriculture = 4

    /// The name on the wire.
    public var name: String {
        switch self {
        case .personalConveyance: "PERSONAL_CONVEYANCE"
        case .yardMove: "YARD_MOVE"
        case .passengerSeat: "PASSENGER_SEAT"
        case .wellSite: "WELL_SITE"
        case .agriculture: "AGRICULTURE"
        }
    }

    /// The special of that name in any case.
    public init?(anyCase name: String) {
        let name = name.uppercased()
        guard let found = DutySpecial.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

/// An exception that a driver claims; it counts for the tour of duty in which it is claimed.
public enum Exemption: UInt8, CaseIterable, Sendable {
    /// Up to two hours more driving and window (395.1(b)(1)).
    case adverseDriving = 0
    /// A window of sixteen hours (395.1(o), 395.1(e)(2)).
    case shortHaul16 = 1
    /// No thirty-minute break within 150 air miles (395.1(e)(1)).
    case shortHaul150 = 2

    /// The name on the wire.
    public var name: String {
        switch self {
        case .adverseDriving: "ADVERSE_DRIVING"
        case .shortHaul16: "SHORT_HAUL_16H"
        case .shortHaul150: "SHORT_HAUL_150"
        }
    }

    /// The exemption of that name in any case.
    public init?(anyCase name: String) {
        let name = name.uppercased()
        guard let found = Exemption.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
