internal import StreamCore
internal import Wire

/// What a driver is doing. AVAILABLE is rested, off duty and ready to be dispatched; hours of service count it as off duty.
public enum DriverStatus: String, WireEnum {
    case available = "AVAILABLE"
    case driving = "DRIVING"
    case onDuty = "ON_DUTY"
    case offDuty = "OFF_DUTY"
    case sleeperBerth = "SLEEPER_BERTH"
}

/// What makes a duty entry count otherwise than its status says (49 CFR 395.28, 395.2).
public enum SpecialDriving: String, WireEnum {
    case personalConveyance = "PERSONAL_CONVEYANCE"
    case yardMove = "YARD_MOVE"
    case passengerSeat = "PASSENGER_SEAT"
    case wellSite = "WELL_SITE"
    case agriculture = "AGRICULTURE"
}

/// An exception that a driver claims (49 CFR 395.1).
public enum DutyExemption: String, WireEnum {
    case adverseDriving = "ADVERSE_DRIVING"
    case shortHaul16Hours = "SHORT_HAUL_16H"
    case shortHaul150Miles = "SHORT_HAUL_150"
}
