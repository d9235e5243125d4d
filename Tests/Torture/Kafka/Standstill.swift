/// Tells a slow machine from one on which nothing happens any more: a wait goes on while what is waited for gets on.
struct Standstill {
    private let limit: Duration
    private var mark: String?
    private var since = ContinuousClock.now

    /// How long nothing may have moved.
    static let usual = Duration.seconds(90)

    init(after limit: Duration = Standstill.usual) { self.limit = limit }

    /// Whether the mark has been the same for too long.
    mutating func hasCome(_ mark: String) -> Bool {
        let now = ContinuousClock.now
        if mark != self.mark { (self.mark, since) = (mark, now) }
        return now - since >= limit
    }
}
