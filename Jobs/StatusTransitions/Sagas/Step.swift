internal import Freight
internal import StreamCore
internal import Wire

/// What one owner says to another.
enum Step: String, WireEnum {
    // A load that is to be assigned, and those it needs.
    /// Load to vehicle or driver: keep yourself for me.
    case reserve = "RESERVE"
    /// Load to carrier: are you there?
    case look = "LOOK"
    /// To the load: I am kept for you; these are my facts.
    case reserved = "RESERVED"
    /// To the load: no, and why.
    case refused = "REFUSED"
    /// Vehicle or driver to the load: I have been kept for long; what have you decided?
    case ask = "ASK"
    /// Load to vehicle or driver: the assignment holds.
    case confirm = "CONFIRM"
    /// Load to vehicle or driver: you are free, whatever you were to me.
    case release = "RELEASE"
    /// Load to vehicle, driver or route: I have come this far.
    case follow = "FOLLOW"
    /// To the load: what you said has been done.
    case done = "DONE"
    /// Route to load: I am your way.
    case planned = "PLANNED"

    // Grants, without which a command does not go on.
    /// To a carrier: I want to be yours. To the owner of an idempotency key: I want to use it.
    case claim = "CLAIM"
    /// To a carrier: I am yours no more.
    case leave = "LEAVE"
    /// To who claimed: you have it.
    case granted = "GRANTED"
    /// To who claimed: you cannot have it, and why.
    case taken = "TAKEN"
    /// To who asked for load numbers: these are yours to give.
    case numbers = "NUMBERS"
}
