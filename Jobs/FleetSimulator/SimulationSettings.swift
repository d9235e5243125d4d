public import StreamCore

/// What fleet is simulated and how badly its records travel. Shares are probabilities from 0 to 1.
public struct SimulationSettings: Sendable {
    /// Trucks, each with a driver of its own.
    public var vehicles: Int
    /// Dispatchers who leave audit records.
    public var users: Int
    /// The same seed, settings and calls give the same bytes.
    public var seed: UInt64
    /// The simulated instant at which the fleet comes on the road.
    public var start: EventTime

    /// In which form the fleet speaks.
    public var voice = SimulatedVoice.events

    /// Shortest and longest drive from pickup to delivery, in miles as the crow flies.
    public var legMiles: ClosedRange<Double> = 80...600
    /// How often a moving truck reports, in seconds; each truck has its own interval in this range.
    public var fixSeconds: ClosedRange<Int> = 5...60
    /// How far a fix may lie from the truth, in metres; each fix says its own bound as `accuracy` and keeps it.
    public var accuracyMeters: ClosedRange<Double> = 10...50
    /// How far a truck's clock may be off either way, in seconds; it stays off by that much.
    public var clockSkewSeconds = 2.0
    /// Losses of radio coverage in an hour of driving.
    public var coverageGapsPerHour = 0.3
    /// How long one lasts, in seconds.
    public var coverageGapSeconds: ClosedRange<Double> = 60...900
    /// Trucks that send after a gap what they measured in it, late and at once; the others lose it.
    public var bufferingShare = 0.5
    /// Records that are delivered a second time, byte for byte.
    public var duplicateShare = 0.01
    /// Fixes and duty statuses that are delivered late, without a gap.
    public var lateShare = 0.01
    /// How late those are, in seconds.
    public var lateSeconds: ClosedRange<Double> = 5...120

    /// Detours on a thousand miles of way.
    public var detoursPer1000Miles = 3.0
    /// Detours that stay inside the corridor, about which a detector says nothing.
    public var shallowDetourShare = 0.25
    /// Half the width of the corridor along a route, in metres: beyond it a truck has deviated, within 0.6 of it it is back.
    public var corridorMeters = 150.0
    /// How far apart rest areas lie along the way, in miles.
    public var restAreaMiles: ClosedRange<Double> = 8...20
    /// How close to its delivery a truck has arrived, in metres.
    public var arrivalMeters = 500.0

    /// Drives at whose end the driver stops too late for the hours of service.
    public var tiredShare = 0.1
    /// Loads that are cancelled, before or after their assignment.
    public var cancelShare = 0.03
    /// Loads that are promised sooner than they can be driven.
    public var tightShare = 0.1
    /// Deliveries at which the truck is kept beyond the two hours that are free (FMCSA 2014: one stop in ten, 1.4 h on average).
    public var detainedShare = 0.1
    /// Miles that a truck goes, from the start on, until it is due for service.
    public var serviceMiles: ClosedRange<Double> = 200...15_000
    /// Assignments that are raced on purpose, where the fleet speaks in commands: sent several times at once under ids of their own, or
    /// for a truck that is on the road.
    public var raceShare = 0.0

    /// Mean wait between two acts of one user, in seconds.
    public var userIntervalSeconds = 45.0
    /// Acts that are bursts, or other patterns at the edges of the anomaly rule.
    public var burstShare = 0.04
    /// Acts of which one record arrives beyond the lateness bound.
    public var lateAuditShare = 0.01
    /// The rule that the audit traffic plays around and by which the truth is judged.
    public var rule = ReferenceAnomalyRule()
    /// Whether the truth is kept. It grows with the run: endless runs do without.
    public var keepsTruth = true

    /// A fleet of that size with the usual noise.
    public init(vehicles: Int, users: Int, seed: UInt64, start: EventTime) {
        self.vehicles = vehicles
        self.users = users
        self.seed = seed
        self.start = start
    }
}
