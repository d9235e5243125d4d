internal import Access
internal import Freight
internal import StreamCore
internal import StructuredLog
internal import Synchronization

/// What of requests is worth a line in the log, each under the correlation id by which the request is found again: that answers are failures
/// of ours, and who changed who may and who is told. Traffic is counted, not logged.
final class Journal: Sendable {
    private let logger: Logger
    /// By status, so that failures of one kind do not hide the first of another.
    private let watches = Mutex<[Int: RefusalWatch]>([:])

    init(_ logger: Logger) { self.logger = logger }

    /// Notes an answer of 500 or above. The first of a status is said, then at most one line a minute with how many there were.
    func failed(_ status: Int, _ route: String, _ correlation: String, at now: EventTime) {
        guard let count = watches.withLock({ $0[status, default: RefusalWatch()].refused(at: now) }) else { return }
        logger.warning("requests fail", [.status: "\(status)", .count: "\(count)", .route: route, .correlation: correlation])
    }

    /// Notes what was carried out on somebody's behalf: what was done to API keys and webhooks is said, once for each answer.
    func carriedOut(_ type: CommandType, _ outcome: Reply.Outcome, for user: String?, _ correlation: String) {
        guard outcome.entityType == .apiKey || outcome.entityType == .webhook else { return }
        logger.info(
            "access was changed",
            [
                .on: "\(outcome.entityType.pathName)/\(outcome.entityID)", .action: type.rawValue, .user: user ?? "",
                .correlation: correlation,
            ])
    }
}

extension LogKey {
    fileprivate static let status = LogKey("status")
    fileprivate static let route = LogKey("route")
    /// What was acted on: the kind of thing and its id.
    fileprivate static let on = LogKey("on")
    /// What was done to it.
    fileprivate static let action = LogKey("action")
}
