import Dataflow
import StreamCore
import Wire

/// Counts a user's messages; shuffles unless its topic is keyed by the user.
struct UserCounts: Job {
    static let name = "user-counts"
    static let summary = "counts messages by user"
    let window: Duration
    let threshold: Int

    init(settings: inout SettingsReader) throws(SettingsFailure) {
        window = settings.duration("window", default: .seconds(1), atLeast: .milliseconds(1))
        threshold = settings.integer("threshold", default: 1, in: 1...1_000)
        try settings.finish()
    }

    func declare(in flow: Flow) {
        flow.from(Inlet<String>("messages"), decoding: { TextDecoder() })
            .filtered("spoken") { !$0.isEmpty }
            .keyed("by-user", by: "user_id") { $0 }
            .ordered("in-order", ties: { $0 }, late: Outlet<String>("late"), encoding: { TextEncoder() })
            .windowed(.tumbling(window))
            .aggregated("count", by: Counting())
            .into(Outlet<String>("counts"), encoding: { TextEncoder() })
    }
}

struct Counting: Aggregate {
    func empty() -> Int { 0 }
    func add(_ element: String, to accumulator: inout Int) { accumulator += 1 }
    func merge(_ a: Int, _ b: Int) -> Int { a + b }
    func result(_ accumulator: Int, of key: String, in window: Window) -> String { "\(key) \(accumulator)" }
}

/// Joins two streams by key with each other, and the pairs with rules that every task follows.
struct Dispatch: Job {
    static let name = "dispatch"
    static let summary = "matches offers with trucks"

    init(settings: inout SettingsReader) throws(SettingsFailure) { try settings.finish() }

    func declare(in flow: Flow) {
        let rules = flow.broadcast(Inlet<String>("rules"), decoding: { TextDecoder() })
        let trucks = flow.from(Inlet<String>("trucks"), decoding: { TextDecoder() })
            .keyed("trucks-by-place", by: "place") { $0 }
        let matched = flow.from(Inlet<String>("offers"), decoding: { TextDecoder() })
            .keyed("match", by: "place") { $0 }
            .joined("pairs", with: trucks, before: .seconds(60), after: .seconds(60)) { offer, truck in "\(offer) \(truck)" }
        matched.into(Outlet<String>("pairs"), encoding: { TextEncoder() })
        matched.keyed("judge", by: "truck") { $0 }
            .processed("judged", with: rules) { _ in Judge() }
            .into(Outlet<String>("verdicts"), encoding: { TextEncoder() })
    }
}

struct Judge: BroadcastProcess {
    var rule = ""
    mutating func process(_ element: String, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        out.emit(element + rule, at: time)
    }
    mutating func broadcast(_ element: String, at time: EventTime) throws(StageFailure) { rule = element }
}

/// Uses one stream twice: by the key of its topic, and by another one.
struct Visits: Job {
    static let name = "visits"
    static let summary = "sessions by user and by city"

    init(settings: inout SettingsReader) throws(SettingsFailure) { try settings.finish() }

    func declare(in flow: Flow) {
        let visits = flow.from(Inlet<String>("visits"), decoding: { TextDecoder() })
        visits.keyed("by-user", by: "user_id") { $0 }
            .windowed(.session(gap: .seconds(60)))
            .aggregated("user-session", by: Counting())
            .into(Outlet<String>("sessions"), encoding: { TextEncoder() })
        visits.mapped("city") { $0 }
            .keyed("by-city", by: "city") { $0 }
            .windowed(.sliding(.seconds(60), every: .seconds(10)))
            .aggregated("city-window", by: Counting())
            .into(Outlet<String>("cities"), encoding: { TextEncoder() })
    }
}

let catalog = JobCatalog(
    .init(UserCounts.init(settings:)), .init(Dispatch.init(settings:)), .init(Visits.init(settings:)))
