internal import Synchronization

/// Runs the services of a process: starts them in order, stops them in reverse when asked, within a limit.
///
/// ```swift
/// let group = ServiceGroup(
///     [log, inspection] + jobs, stopsOn: .signals([.terminate, .interrupt]), drainLimit: .seconds(30), clock: ContinuousClock(),
///     leave: { exit($0.exitCode) })
/// let outcome = try await group.run()
/// ```
/// A stop asks the last service to drain and waits until its `run` has returned, then the one before it, and so on: what was started
/// first, and others lean on, ends last. The first signal stops the group; so does a service that ends or fails by itself. When the
/// drain limit has passed, what still runs is cancelled. A second signal calls `leave` at once, whatever hangs.
public struct ServiceGroup: Sendable {
    /// How a group came to its end.
    public struct Outcome: Hashable, Sendable {
        /// The signal that asked for it; `nil` where a service ended by itself or the caller was cancelled.
        public let signal: StopSignal?
        /// The services that had not drained when the limit passed, and were cancelled.
        public let cancelled: [String]

        /// An outcome of those parts.
        public init(signal: StopSignal?, cancelled: [String]) {
            self.signal = signal
            self.cancelled = cancelled
        }
    }

    private enum Message: Sendable {
        case signalled(StopSignal)
        case ended(Int, (any Error)?)
        case limitPassed
    }

    private let services: [any Service]
    private let trigger: StopTrigger
    private let drainLimit: Duration
    private let clock: any Clock<Duration>
    private let leave: @Sendable (StopSignal) -> Void

    /// A group of `services`, in the order in which they start. `leave` ends the process; it is called on the trigger's own thread.
    public init(
        _ services: [any Service], stopsOn trigger: StopTrigger, drainLimit: Duration, clock: any Clock<Duration>,
        leave: @escaping @Sendable (StopSignal) -> Void
    ) {
        self.services = services
        self.trigger = trigger
        self.drainLimit = drainLimit
        self.clock = clock
        self.leave = leave
    }

    /// Runs until every service has ended; called once. Throws the first failure, after the other services have stopped. A signal
    /// that comes while a service starts is heeded when that service is up. Where the calling task is cancelled, so are the services.
    public func run() async throws(ServiceFailure) -> Outcome {
        let (messages, post) = AsyncStream.makeStream(of: Message.self)
        let first = FirstSignal()
        let leave = self.leave
        let uninstall = trigger.install { signal in
            if first.claim() { post.yield(.signalled(signal)) } else { leave(signal) }
        }
        defer { uninstall() }
        let (outcome, failure) = await withTaskGroup(of: Void.self) { tasks in
            let (started, startFailure) = await start(unless: first, in: &tasks, post)
            return await supervise(started, startFailure, messages, in: &tasks, post)
        }
        if let failure { throw failure }
        return outcome
    }

    private func start(
        unless first: FirstSignal, in tasks: inout TaskGroup<Void>, _ post: AsyncStream<Message>.Continuation
    ) async -> (started: Int, ServiceFailure?) {
        for (index, service) in services.enumerated() {
            if first.isClaimed || Task.isCancelled { return (index, nil) }
            do {
                try await service.start()
            } catch {
                return (index, ServiceFailure(service: service.name, phase: .starting, cause: error))
            }
            tasks.addTask {
                do {
                    try await service.run()
                    post.yield(.ended(index, nil))
                } catch {
                    post.yield(.ended(index, error))
                }
            }
        }
        return (services.count, nil)
    }

    private func supervise(
        _ started: Int, _ startFailure: ServiceFailure?, _ messages: AsyncStream<Message>, in tasks: inout TaskGroup<Void>,
        _ post: AsyncStream<Message>.Continuation
    ) async -> (Outcome, ServiceFailure?) {
        var ladder = StopLadder(count: started)
        var failure = startFailure
        var signal: StopSignal?
        var cancelled: Set<Int> = []
        var action = started < services.count || services.isEmpty ? ladder.begin() : .none
        var inbox = messages.makeAsyncIterator()
        while true {
            switch action {
            case .none: break
            case .drain(let index):
                services[index].stop()
                addLimit(to: &tasks, post)
            case .stop(let index): services[index].stop()
            case .cancel:
                cancelled.formUnion(ladder.unfinished)
                tasks.cancelAll()
            case .finish:
                tasks.cancelAll()
                return (outcome(signal, cancelled), failure)
            }
            switch await inbox.next() {
            case .signalled(let received):
                signal = received
                action = ladder.begin()
            case .ended(let index, let error):
                if error is CancellationError, Task.isCancelled || cancelled.contains(index) {
                    cancelled.insert(index)
                } else if let error, failure == nil {
                    failure = ServiceFailure(service: services[index].name, phase: .running, cause: error)
                }
                action = ladder.ended(index)
            case .limitPassed: action = ladder.limitPassed()
            case nil:
                // The calling task was cancelled, and with it every service; the task group waits for them.
                return (outcome(signal, cancelled.union(ladder.unfinished)), failure)
            }
        }
    }

    private func outcome(_ signal: StopSignal?, _ cancelled: Set<Int>) -> Outcome {
        Outcome(signal: signal, cancelled: cancelled.sorted().map { services[$0].name })
    }

    private func addLimit(to tasks: inout TaskGroup<Void>, _ post: AsyncStream<Message>.Continuation) {
        tasks.addTask { [clock, drainLimit] in
            guard (try? await clock.sleep(for: drainLimit)) != nil else { return }
            post.yield(.limitPassed)
        }
    }
}

/// Tells the first signal from later ones, on whatever thread they come.
private final class FirstSignal: Sendable {
    private let claimed = Atomic(false)
    var isClaimed: Bool { claimed.load(ordering: .acquiring) }
    func claim() -> Bool { !claimed.exchange(true, ordering: .acquiringAndReleasing) }
}
