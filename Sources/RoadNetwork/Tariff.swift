/// What a mile, a minute and a toll weigh: how ways are compared.
///
/// A segment weighs `miles × mile × burn(traffic) + minutes × delay(traffic) × minute + tolls × toll`, in the unit of the criterion.
public struct Tariff: Hashable, Sendable {
    /// What a way is the best by.
    public enum Criterion: String, Hashable, Sendable, CaseIterable {
        /// Fewest miles.
        case distance = "DISTANCE"
        /// Fewest minutes in the traffic there is now.
        case time = "TIME"
        /// Fewest dollars: the vehicle's by the mile, the driver's by the hour, tolls.
        case cost = "COST"
        /// Fewest gallons.
        case fuel = "FUEL"
    }

    /// What the carrier's vehicles and drivers cost, and what traffic does to them.
    public struct Rates: Hashable, Sendable {
        /// Dollars a mile for all but the driver. ATRI, "An Analysis of the Operational Costs of Trucking: 2024 Update": 2.270 in all, less
        /// 0.779 wages and 0.188 benefits.
        public var dollarsPerMile = 1.303
        /// Dollars an hour for the driver: the same report's wages and benefits a mile at its 40.2 miles an hour.
        public var dollarsPerHour = 38.87
        /// Miles a gallon in low traffic.
        public var milesPerGallon = 6.5
        /// How many times as long a segment takes, by traffic: low, moderate, heavy, severe.
        public var delay: [Double] = [1, 1.15, 1.4, 2]
        /// How many times as much fuel a mile takes, by traffic.
        public var burn: [Double] = [1, 1.05, 1.2, 1.5]

        /// The rates that hold where a carrier states none.
        public init() {}
    }

    /// What the ways are compared by.
    public let criterion: Criterion
    /// The rates it was made of.
    public let rates: Rates
    let mile: Double
    let minute: Double
    let cent: Double
    private let usesBurn: Bool

    /// The weights of a criterion at those rates.
    public init(_ criterion: Criterion, rates: Rates = Rates()) {
        self.criterion = criterion
        self.rates = rates
        (mile, minute, cent, usesBurn) =
            switch criterion {
            case .distance: (1, 0, 0, false)
            case .time: (0, 1, 0, false)
            case .cost: (rates.dollarsPerMile, rates.dollarsPerHour / 60, 0.01, false)
            case .fuel: (1 / rates.milesPerGallon, 0, 0, true)
            }
    }

    /// How long a segment takes in its traffic, in minutes.
    public func minutes(_ segment: Segment) -> Double { segment.durationMinutes * rates.delay[segment.traffic.rank] }

    /// What the way over those segments costs in dollars, whatever it is the best by.
    public func dollars(miles: Double, minutes: Double, tollCents: Int64) -> Double {
        miles * rates.dollarsPerMile + minutes * rates.dollarsPerHour / 60 + Double(tollCents) / 100
    }

    func weight(_ arc: RoadGraph.Arc) -> Double {
        let burn = usesBurn ? rates.burn[Int(arc.traffic)] : 1
        return arc.miles * mile * burn + arc.minutes * rates.delay[Int(arc.traffic)] * minute + Double(arc.tollCents) * cent
    }
}

extension TrafficLevel {
    var rank: Int {
        switch self {
        case .low: 0
        case .moderate: 1
        case .heavy: 2
        case .severe: 3
        }
    }
}
