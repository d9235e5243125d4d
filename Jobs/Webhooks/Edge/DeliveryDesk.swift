internal import Dataflow
internal import EventLog
internal import Freight
internal import HTTPClient
internal import StreamCore
internal import Synchronization
internal import Threads

/// Makes the requests, on threads of its own, and appends how each ended.
final class DeliveryDesk: Sendable {
    private let settings: CourierSettings
    private let log: any EventLog
    private let outcomes: JobBindings.Topic
    private let clock: @Sendable () -> EventTime
    private let pool: WorkerThread
    private let lanes: Mutex<Lanes>
    /// Connections of the two are never shared: one that was opened to a private address is not used for somebody who may not reach it.
    private let anywhere = HTTPSession(bodyLimit: DeliveryDesk.bodyLimit, reach: .anywhere)
    private let publicOnly = HTTPSession(bodyLimit: DeliveryDesk.bodyLimit, reach: .publicAddresses)

    /// More of an answer's body is not taken; nobody reads it.
    private static let bodyLimit = 64 * 1024

    init(_ settings: CourierSettings, _ log: any EventLog, to outcomes: JobBindings.Topic, clock: @escaping @Sendable () -> EventTime) {
        self.settings = settings
        self.log = log
        self.outcomes = outcomes
        self.clock = clock
        pool = WorkerThread(name: "webhook courier", width: settings.threads)
        lanes = Mutex(Lanes(most: settings.mostHeld, share: max(1, settings.threads / 4)))
    }

    /// Has an attempt made, now or when its webhook has room.
    func take(_ attempt: Attempt) {
        if lanes.withLock({ $0.admit(attempt) }) { begin(attempt) }
    }

    /// Begins nothing more.
    func close() { lanes.withLock { $0.close() } }

    /// Whether nothing is under way.
    var isIdle: Bool { lanes.withLock { $0.isEmpty } }

    /// Ends the threads when what is under way is done.
    func stop() {
        close()
        pool.stop()
    }

    private func begin(_ attempt: Attempt) {
        pool.post { [self] in
            report(Outcome(attempt, perform(attempt)))
            if let next = lanes.withLock({ $0.done(attempt) }) { begin(next) }
        }
    }

    /// Makes the request. Redirects are answers, not followed: what they lead to was not asked for.
    private func perform(_ attempt: Attempt) -> Outcome.End {
        if clock().since(attempt.time) > settings.staleAfter { return .stale }
        var request = HTTPClientRequest("POST", attempt.url, headers: attempt.headers, body: attempt.body.utf8)
        request.connectTimeout = settings.timeout
        request.totalTimeout = settings.timeout
        do throws(HTTPClientFailure) {
            let response = try (attempt.isPrivateAllowed ? anywhere : publicOnly).send(request)
            return .answered(status: response.status, retryAfter: response["Retry-After"].flatMap { Int($0) })
        } catch {
            // An answer that is too long is an answer; its status is not known any more.
            return .unanswered(error.kind == .tooLarge ? "its answer passes \(DeliveryDesk.bodyLimit) bytes" : error.reason)
        }
    }

    /// An outcome that cannot be said is as if it had not been: the attempt is made again.
    private func report(_ outcome: Outcome) {
        var batch = BatchBuilder()
        batch.append(key: outcome.key, value: outcome.json.compact, time: clock())
        let partition = Partitioner.partition(of: outcome.key, among: outcomes.partitions)
        _ = try? log.append([PartitionBatch(TopicPartition(outcomes.name, partition), batch.finish())])
    }
}
