/// How dense the traffic on a segment is.
public enum TrafficLevel: String, Hashable, Sendable, CaseIterable {
    case low = "LOW"
    case moderate = "MODERATE"
    case heavy = "HEAVY"
    case severe = "SEVERE"

    /// What a text means, in any case; the words that map providers use for the same are taken too. `nil` for any other.
    public init?(_ text: String) {
        switch text.uppercased() {
        case "LOW", "FREE", "LIGHT", "NONE": self = .low
        case "MODERATE", "MEDIUM", "NORMAL": self = .moderate
        case "HEAVY", "HIGH": self = .heavy
        case "SEVERE", "STANDSTILL": self = .severe
        default: return nil
        }
    }
}
