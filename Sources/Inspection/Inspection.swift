public import EventLog
public import Execution
public import HTTPServer
public import Metrics
public import Savepoints
public import StreamCore
internal import Wire

/// What a running system says of itself and lets be done with it, over HTTP: `/ops`, `/health` and `/metrics`.
///
/// Requests are answered off the listener's thread: engine calls by await, calls of the log on threads of its own, long answers on a
/// thread each. Everything it says is a value that the command line renders as a table.
public struct Inspection: Sendable {
    /// What the composition root tells it and no part below knows.
    public struct Process: Sendable {
        /// The program's version.
        public let version: String
        /// When the process began to serve.
        public let startedAt: EventTime
        /// The clock on the wall.
        public let clock: @Sendable () -> EventTime
        /// Makes an id for a request that brought none.
        public let makeID: @Sendable () -> String
        /// Measures the process.
        public let figures: @Sendable () -> SystemFigures
        /// What it leans on beside the log.
        public let dependencies: @Sendable () -> [Dependency]
        /// Figures that only the process knows, as they are now.
        public let gauges: @Sendable () -> [Figure]
        /// The capture of a database's changes, where the program knows of such a thing.
        public let capture: (any CaptureConsole)?
        /// Has the log keep what somebody did; returns when it is durable.
        public let record: @Sendable (Deed, any EventLog) throws(LogFailure) -> Void

        /// Facts of those parts; deeds are kept nowhere unless `record` is given.
        public init(
            version: String, startedAt: EventTime, clock: @escaping @Sendable () -> EventTime, makeID: @escaping @Sendable () -> String,
            figures: @escaping @Sendable () -> SystemFigures, dependencies: @escaping @Sendable () -> [Dependency],
            gauges: @escaping @Sendable () -> [Figure] = { [] }, capture: (any CaptureConsole)? = nil,
            record: @escaping @Sendable (Deed, any EventLog) throws(LogFailure) -> Void = { (_, _) throws(LogFailure) in }
        ) {
            self.version = version
            self.startedAt = startedAt
            self.clock = clock
            self.makeID = makeID
            self.figures = figures
            self.dependencies = dependencies
            self.gauges = gauges
            self.capture = capture
            self.record = record
        }
    }

    let engine: Engine
    /// The other processes; `nil` where a log belongs to one alone.
    let fellows: Fellows?
    /// Who looks after the log; `nil` where it is asked when somebody wants to know.
    let watch: LogWatch?
    /// The cluster's name, which its own groups of readers carry.
    let cluster: String
    let host: any TopologyHost
    let process: Process
    let metrics: MetricsRegistry
    /// Reads, which are short, and writes, which wait for the disk, do not wait for each other.
    let reads: LogDesk
    let writes: LogDesk
    let savepoints: SavepointDesk
    let captureDesk: CaptureConsoleDesk?
    private let log: any EventLog
    private let streams = StreamThreads(limit: 256)
    private let router = Router<Route>.inspection

    /// An inspection of an engine, the log under it and the savepoints beside it; of the whole cluster, where it has `fellows`.
    public init(
        engine: Engine, log: any EventLog, savepoints: SavepointFolder, host: any TopologyHost, metrics: MetricsRegistry, process: Process,
        cluster: String = "linehaul", watch: LogWatch? = nil, fellows: Fellows? = nil
    ) {
        self.engine = engine
        self.cluster = cluster
        self.watch = watch
        self.fellows = fellows
        self.log = log
        self.host = host
        self.metrics = metrics
        self.process = process
        reads = LogDesk(log, name: "inspection.reads")
        writes = LogDesk(log, name: "inspection.writes")
        self.savepoints = SavepointDesk(savepoints)
        captureDesk = process.capture.map { CaptureConsoleDesk($0) }
    }

    /// What a route answers with.
    enum Answer {
        case whole(HTTPResponse)
        /// Lines, as long as there are some.
        case lines(RecordQuery, topic: String)
    }

    /// Answers a request of `user`'s, whole or in pieces. Returns when a whole answer is sent, or when the thread of a long one has begun.
    public func serve(_ request: HTTPRequest, _ reply: HTTPReply, by user: String? = nil) async {
        let correlation = request.correlationID ?? process.makeID()
        do throws(Refusal) {
            switch try await found(request, by: user, correlation) {
            case .whole(var response):
                sign(&response, correlation, request)
                reply.send(response)
            case .lines(let query, let topic): try await stream(query, topic, correlation, reply)
            }
        } catch {
            var response = error.response(correlation: correlation)
            sign(&response, correlation, request)
            if error.status == 405 { response.headers["Allow"] = error.details.map(\.issue).joined(separator: ", ") }
            reply.send(response)
        }
    }

    /// Says by which id the request is found again, and, to another process, whose answer it is.
    private func sign(_ response: inout HTTPResponse, _ correlation: String, _ request: HTTPRequest) {
        response.headers["X-Correlation-Id"] = correlation
        if let fellows, request.query["scope"] == "local" { response.headers[Fellows.header] = fellows.instance }
    }

    /// Waits until no long answer is being written, as before the log is closed; the listener was stopped first, so none begins.
    public func stop() { streams.wait() }

    private func found(_ request: HTTPRequest, by user: String?, _ correlation: String) async throws(Refusal) -> Answer {
        switch router.find(request.method, request.segments) {
        case .found(let route, let parameters):
            let answer = try await answered(route, request, parameters)
            try await record(answer, of: route, parameters, request, by: user, correlation)
            return answer
        case .wrongMethod(let allowed):
            throw Refusal(
                405, "METHOD_NOT_ALLOWED", "\(request.path) takes \(allowed.joined(separator: ", "))",
                details: allowed.map { Refusal.Issue(field: "method", issue: $0) })
        case .unknownPath: throw Refusal(404, "NOT_FOUND", "nothing is at \(request.path)")
        }
    }

    /// What is not there while the jobs are being deployed may be there in a moment.
    private func answered(_ route: Route, _ request: HTTPRequest, _ path: RouteParameters) async throws(Refusal) -> Answer {
        do throws(Refusal) {
            return try await answer(route, request, path)
        } catch {
            if error.code == Refusal.notFound, !host.hasBegun { throw .starting }
            throw error
        }
    }

    /// Has the log keep what was done. What another process asks for on somebody's behalf, that one records.
    private func record(
        _ answer: Answer, of route: Route, _ path: RouteParameters, _ request: HTTPRequest, by user: String?, _ correlation: String
    ) async throws(Refusal) {
        guard request.method != "GET", request.method != "HEAD", request.headers[Fellows.asker] == nil, case .whole(let response) = answer
        else { return }
        let said = (try? JSON(parsing: response.body)) ?? .null
        guard let deed = route.deed(path, said, by: user, correlation) else { return }
        let record = process.record
        do throws(Refusal) {
            try await writes.ask { log in try record(deed, log) }
        } catch {
            throw .unrecorded
        }
    }

    private func stream(_ query: RecordQuery, _ topic: String, _ correlation: String, _ reply: HTTPReply) async throws(Refusal) {
        // What would be refused is refused before the answer begins.
        _ = try await reads.ask { log in _ = try RecordStream(query, of: topic, in: log) }
        let begun = streams.run { [log] in
            let head = HTTPResponse(headers: ["Content-Type": "application/x-ndjson", "X-Correlation-Id": correlation])
            guard let stream = try? RecordStream(query, of: topic, in: log), let body = reply.begin(head) else { return }
            stream.run(into: body)
        }
        if !begun { throw Refusal(503, "TOO_MANY_STREAMS", "too many records are being streamed; try again later") }
    }
}
