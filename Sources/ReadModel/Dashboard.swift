public import StreamCore

/// What the dashboard is about: a time, and whose things.
public struct DashboardQuery: Hashable, Sendable {
    /// The first instant, included.
    public var from: EventTime
    /// The last instant, left out.
    public var until: EventTime
    /// How long a step of the series is.
    public var step: EventTime.Span
    /// That carrier's things alone.
    public var carrierID: String?
    /// That customer's loads alone.
    public var customerID: String?

    /// A query of those parts.
    public init(from: EventTime, until: EventTime, step: EventTime.Span, carrierID: String? = nil, customerID: String? = nil) {
        self.from = from
        self.until = until
        self.step = step
        self.carrierID = carrierID
        self.customerID = customerID
    }
}

/// The figures of a dashboard. What is counted by status is as it is now; everything else is of the query's time.
public struct DashboardFigures: Hashable, Sendable {
    /// Of the loads that were delivered in the time.
    public struct Deliveries: Hashable, Sendable {
        /// How many.
        public var count = 0
        /// How many of them by their `delivery_datetime`.
        public var onTime = 0
        /// What their customers pay, in hundredths.
        public var revenue: Int64 = 0
        /// From being picked up to being delivered, over those of which both are known.
        public var transitMinutes: Double?

        /// None.
        public init() {}
    }

    /// One step of the series.
    public struct Step: Hashable, Sendable {
        /// When it begins.
        public var at: EventTime
        /// Loads made in it.
        public var created = 0
        /// Loads delivered in it.
        public var delivered = 0
        /// Events in it.
        public var events = 0

        /// A step in which nothing happened.
        public init(at: EventTime) { self.at = at }
    }

    /// Loads by status.
    public var loads: [String: Int] = [:]
    /// Vehicles by status.
    public var vehicles: [String: Int] = [:]
    /// Drivers by status.
    public var drivers: [String: Int] = [:]
    /// Hours-of-service violations that began in the time and were not retracted.
    public var violations = 0
    /// What was delivered.
    public var deliveries = Deliveries()
    /// Events by type. Those that name no carrier count for every carrier's dashboard only where none is asked for.
    public var events: [String: Int] = [:]
    /// The steps of the time, oldest first, none left out.
    public var series: [Step] = []

    /// No figures.
    public init() {}
}
