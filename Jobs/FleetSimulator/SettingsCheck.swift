internal import StreamCore

/// A setting that cannot be simulated: which, what it is, what it may be.
public struct SimulationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The failure, for people.
    public let description: String
}

extension SimulationSettings {
    /// Refuses what cannot be simulated. Whoever takes settings from people asks it before a `FleetSimulation` is made of them.
    public func check() throws(SimulationFailure) {
        try hold("vehicles", vehicles, 0...100_000)
        try hold("users", users, 0...100_000)
        try hold("start", start, EventTime(milliseconds: 0)...EventTime(milliseconds: 4_102_444_800_000))
        try hold("legMiles", legMiles, 1...10_000)
        try hold("fixSeconds", fixSeconds, 1...86_400)
        try hold("accuracyMeters", accuracyMeters, 0...100_000)
        try hold("clockSkewSeconds", clockSkewSeconds, 0...86_400)
        try hold("coverageGapsPerHour", coverageGapsPerHour, 0...3_600)
        try hold("coverageGapSeconds", coverageGapSeconds, 0...604_800)
        try hold("bufferingShare", bufferingShare, 0...1)
        try hold("duplicateShare", duplicateShare, 0...1)
        try hold("lateShare", lateShare, 0...1)
        try hold("lateSeconds", lateSeconds, 0...604_800)
        try hold("detoursPer1000Miles", detoursPer1000Miles, 0...1_000)
        try hold("shallowDetourShare", shallowDetourShare, 0...1)
        try hold("corridorMeters", corridorMeters, 1...100_000)
        try hold("restAreaMiles", restAreaMiles, 2...1_000)
        try hold("tiredShare", tiredShare, 0...1)
        try hold("cancelShare", cancelShare, 0...0.9)
        try hold("tightShare", tightShare, 0...1)
        try hold("detainedShare", detainedShare, 0...1)
        try hold("serviceMiles", serviceMiles, 0...1_000_000)
        try hold("raceShare", raceShare, 0...1)
        try hold("arrivalMeters", arrivalMeters, 1...100_000)
        try hold("userIntervalSeconds", userIntervalSeconds, 0.01...604_800)
        try hold("burstShare", burstShare, 0...1)
        try hold("lateAuditShare", lateAuditShare, 0...1)
        try hold("rule.window", rule.window.duration, .milliseconds(1) ... .seconds(86_400))
        try hold("rule.threshold", rule.threshold, 0...1_000)
        try hold("rule.coolDown", rule.coolDown.duration, .zero ... .seconds(604_800))
        try hold("rule.lateness", rule.lateness.duration, .zero ... .seconds(86_400))
    }

    private func hold<Value>(_ name: String, _ value: Value, _ allowed: ClosedRange<Value>) throws(SimulationFailure) {
        guard allowed.contains(value) else {
            throw SimulationFailure(description: "simulation setting \(name) is \(value): give a value in \(allowed)")
        }
    }

    private func hold<Bound>(_ name: String, _ value: ClosedRange<Bound>, _ allowed: ClosedRange<Bound>) throws(SimulationFailure) {
        guard allowed.contains(value.lowerBound), allowed.contains(value.upperBound) else {
            throw SimulationFailure(description: "simulation setting \(name) is \(value): give both its ends in \(allowed)")
        }
    }
}
