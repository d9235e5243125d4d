/// A part of a process that is brought up, works, and is asked to stop: a job, the HTTP listener, the log.
public protocol Service: Sendable {
    /// What messages call it.
    var name: String { get }

    /// Brings it up; returns when those who need it may start. Called once, first. After a throw neither `run` nor `stop` is called.
    func start() async throws

    /// Works; called once, after `start`. Returns when it has drained after `stop`, or when there is nothing left to do, which stops
    /// the whole group. When its task is cancelled the drain limit has passed, and it returns as soon as it can.
    func run() async throws

    /// Posts the wish to drain and returns at once. Called at most once, after `start`, perhaps before `run` has begun.
    func stop()
}

extension Service {
    /// Nothing to bring up.
    public func start() async throws {}
}
