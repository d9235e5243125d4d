public import EventLog
internal import HTTPServer
public import Metrics
public import StreamCore
internal import Synchronization
internal import Threads

/// Passes the public events on to whoever follows them: each is read once in this process, and sent to every client that wants it.
///
/// Events come in on the stage's thread, clients' frames on the listener's, and what was missed is read from the log on a thread of its own.
/// All that a client is sent is decided under one lock, so nothing overtakes anything else.
public final class LiveFeed: Sendable {
    /// Whoever follows, as the lock guards it.
    private struct Client {
        let outlet: FeedOutlet
        var session: FeedSession?
        /// Whether what it showed at the door is still good; nil before it has shown anything.
        var stays: (@Sendable () -> Bool)?
        /// Rises with each subscription, so that what is done for an older one is known to be of no use.
        var subscription = 0
    }

    private struct State {
        var hub: FeedHub<Int>
        var clients: [Int: Client] = [:]
        var next = 0
        var lastRound = EventTime.distantPast
        var lastBeat = EventTime.distantPast
        var isClosed = false
    }

    /// What can be followed.
    public let catalog: FeedCatalog
    private let state: Mutex<State>
    private let log: any EventLog
    private let clock: @Sendable () -> EventTime
    private let figures: FeedFigures
    private let owner: FeedEventReader.Owner
    /// Where the log is read for those who come back.
    private let door = WorkerThread(name: "event feed")
    private let errands = Mutex<[Errand]>([])
    private let bell = Bell()
    private static let longestSleep = 1_000_000
    private static let shortSleep = 10_000
    /// How often a stream is told that the feed is there; a WebSocket's pings do that.
    private static let beat = EventTime.Span(microseconds: 20_000_000)
    /// How often all clients are looked at.
    private static let round = EventTime.Span(microseconds: 1_000_000)
    static let comment = Array(": here\n\n".utf8)

    /// A feed of those topics from their present ends on, which holds about that many bytes of what came last. `owner` says whose an event
    /// is that names no carrier; it is asked on the feed's own thread too.
    public init(
        _ catalog: FeedCatalog, of log: any EventLog, holding bytes: Int, _ metrics: MetricsRegistry,
        owner: @escaping FeedEventReader.Owner = { _, _ in nil }, clock: @escaping @Sendable () -> EventTime
    ) throws(LogFailure) {
        self.catalog = catalog
        self.log = log
        self.owner = owner
        self.clock = clock
        figures = FeedFigures(metrics)
        var ends = FeedPositions(catalog)
        for (index, topic) in catalog.topics.enumerated() {
            for number in 0..<topic.partitions {
                ends[index, Partition(number)] = try log.resolve(.latest, in: TopicPartition(topic.name, Partition(number)))
            }
        }
        state = Mutex(State(hub: FeedHub(catalog, from: ends, holding: bytes)))
        door.post { [self] in serve() }
    }

    // Events

    /// Takes the next records of a public topic's partition and passes on the events among them. What lies before the feed's start, which is
    /// where the log ended then, is passed over.
    public func take(_ batch: RecordBatch, of partition: TopicPartition, with reader: FeedEventReader) {
        guard let topic = catalog.index(of: partition.topic) else { return }
        let place = FeedPartition(topic: topic, partition: partition.partition)
        state.withLock { state in
            let position = state.hub.positions[topic, partition.partition]
            if batch.next <= position { return }
            for index in 0..<batch.count where batch.offset(index) >= position {
                let offset = batch.offset(index)
                let event = unsafe batch.withValue(index) { value -> FeedEvent? in
                    guard let value = unsafe value else { return nil }
                    return unsafe reader.event(in: value, at: place, offset)
                }
                if let event { deliver(event, &state) }
            }
            state.hub.skip(place, to: batch.next)
        }
    }

    private func deliver(_ event: FeedEvent, _ state: inout State) {
        for delivery in state.hub.take(event) {
            let frame = SharedFrame(delivery.frame, delivery.form)
            var sent = 0
            for member in delivery.members {
                switch state.clients[member].map({ frame.send(to: $0.outlet) }) {
                case .accepted: sent += 1
                case .full: state.hub.fellBehind(member, at: event)
                case .unwanted, nil: drop(member, &state)
                }
            }
            figures.sent.add(sent)
        }
    }

    /// To be called a few times a second: gives those that were behind what they missed, ends what has ended, and lets streams know that the
    /// feed is there.
    public func tidy(at now: EventTime) {
        state.withLock { state in
            for straggler in state.hub.stragglers {
                guard let outlet = state.clients[straggler]?.outlet else { continue }
                state.hub.catchUp(straggler) { outlet.send($0) == .accepted }
            }
            guard now.since(state.lastRound) >= LiveFeed.round else { return }
            state.lastRound = now
            for (number, client) in state.clients {
                if !client.outlet.isWanted {
                    drop(number, &state)
                } else if client.stays?() == false {
                    dismiss(number, &state)
                } else if let actions = state.clients[number]?.session?.waited(until: now), !actions.isEmpty {
                    perform(actions, for: number, &state)
                }
            }
            if now.since(state.lastBeat) >= LiveFeed.beat {
                state.lastBeat = now
                for client in state.clients.values where client.outlet.form == .serverSent { _ = client.outlet.send(LiveFeed.comment) }
            }
            figures.clients.set(Double(state.clients.count))
            figures.behind.set(Double(state.hub.stragglers.count))
        }
    }

    // Clients

    /// A number for a client that is to be added.
    func reserve() -> Int {
        state.withLock { state in
            state.next += 1
            return state.next
        }
    }

    /// Adds a client. With a session it says what it wants and is welcomed; without one it follows what `follow` is told.
    func add(_ number: Int, _ outlet: FeedOutlet, _ session: FeedSession?, _ stays: (@Sendable () -> Bool)?) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.clients[number] = Client(outlet: outlet, session: session, stays: stays) }
            if let session { _ = outlet.send(session.welcome(at: clock())) }
            return state.isClosed
        }
        if isClosed { outlet.close(.goingAway, "the API is closing") }
    }

    /// Takes a frame of a client's. What is returned is a token that somebody has to look at.
    func received(_ text: [UInt8], from number: Int) -> String? {
        state.withLock { state in
            guard let actions = state.clients[number]?.session?.received(text, at: clock()) else { return nil }
            return perform(actions, for: number, &state)
        }
    }

    /// Tells a client's session whose its token is; `nil` for nobody's.
    func authenticated(_ guest: FeedGuest?, _ number: Int) {
        state.withLock { state in
            guard let actions = state.clients[number]?.session?.authenticated(guest?.scope) else { return }
            if let guest { state.clients[number]?.stays = guest.stays }
            perform(actions, for: number, &state)
        }
    }

    /// Has a client follow what it asks for in place of what it followed.
    func follow(_ request: FeedRequest, _ number: Int) { state.withLock { follow(request, number, &$0) } }

    /// Forgets a client that is gone.
    func remove(_ number: Int) { state.withLock { drop(number, &$0) } }

    /// Ends all clients, who may come back with what they have, here or elsewhere; and the door's thread. Must be called once.
    public func close(_ reason: String) {
        let outlets = state.withLock { state in
            state.isClosed = true
            defer { state.clients = [:] }
            return state.clients.values.map(\.outlet)
        }
        for outlet in outlets { outlet.close(.goingAway, reason) }
        bell.ring()
        door.stop()
    }

    @discardableResult private func perform(_ actions: [FeedSession.Action], for number: Int, _ state: inout State) -> String? {
        var token: String?
        for action in actions {
            guard let outlet = state.clients[number]?.outlet else { return nil }
            switch action {
            case .send(let frame):
                // Who asks and does not read the answers is not served.
                if outlet.send(frame) == .full { outlet.close(.policyViolation, "answers are not read") }
            case .authenticate(let text):
                token = text
            case .subscribe(let request):
                follow(request, number, &state)
            case .unsubscribe:
                state.hub.leave(number)
                state.clients[number]?.subscription += 1
            case .close(let reason):
                outlet.close(.policyViolation, reason)
            }
        }
        return token
    }

    /// Ends a client whose key or token is not good any more.
    private func dismiss(_ number: Int, _ state: inout State) {
        guard let client = state.clients[number] else { return }
        _ = client.outlet.send(client.outlet.form.dismissed)
        client.outlet.close(.policyViolation, "not authenticated")
        drop(number, &state)
    }

    private func drop(_ number: Int, _ state: inout State) {
        state.hub.leave(number)
        state.clients[number] = nil
    }

    // Beginning

    private func follow(_ request: FeedRequest, _ number: Int, _ state: inout State) {
        guard let client = state.clients[number] else { return }
        state.hub.leave(number)
        state.clients[number]?.subscription += 1
        var start = state.hub.positions
        var isExpired = false
        if case .token(let token) = request.start {
            do throws(DecodeFailure) {
                start = try ResumeToken.positions(from: token, otherwise: start, catalog)
            } catch {
                isExpired = true
            }
        }
        let token = ResumeToken.text(of: start, in: request.filter.topics, catalog)
        let form = client.outlet.form
        if let session = client.session { _ = client.outlet.send(session.subscribed(request, resume: token)) }
        if let standing = form.standing(at: token) { _ = client.outlet.send(standing) }
        if isExpired { _ = client.outlet.send(form.expired(resume: token)) }
        let errand = Errand(
            client: number, subscription: client.subscription + 1, audience: FeedAudience(request.filter, form), position: start)
        if join(errand, &state) { return }
        figures.resumed.add(1)
        errands.withLock { $0.append(errand) }
        bell.ring()
    }

    /// Whether a client needs no more than what is held; then it is live. Also true where it wants that no more.
    private func join(_ errand: Errand, _ state: inout State) -> Bool {
        guard let client = state.clients[errand.client], client.subscription == errand.subscription else { return true }
        return state.hub.join(errand.client, errand.audience, from: errand.position) { client.outlet.send($0) == .accepted } == .joined
    }

    // Catching up, on the door's thread

    private func serve() {
        var open: [CatchUp] = []
        while !state.withLock({ $0.isClosed }) {
            open += errands.withLock { waiting in
                defer { waiting = [] }
                return waiting.map { CatchUp($0, owner) }
            }
            var hasMoved = false
            for index in open.indices.reversed() {
                switch step(&open[index]) {
                case .read: hasMoved = true
                case .waits: break
                case .over, .expired:
                    open[index].close()
                    open.remove(at: index)
                }
            }
            // Who waits for its peer or for the log is asked again a little later.
            if !hasMoved { bell.sleep(open.isEmpty ? LiveFeed.longestSleep : LiveFeed.shortSleep) }
        }
        for index in open.indices { open[index].close() }
    }

    private func step(_ catchUp: inout CatchUp) -> CatchUp.Outcome {
        let (client, subscription) = (catchUp.errand.client, catchUp.errand.subscription)
        var outcome: CatchUp.Outcome
        do throws(LogFailure) {
            outcome = try catchUp.step(log, catalog, upTo: state.withLock { $0.hub.floor }) { frame in
                state.withLock { state in
                    guard let found = state.clients[client], found.subscription == subscription else { return .unwanted }
                    return found.outlet.send(frame)
                }
            }
        } catch {
            outcome = error.kind == .outOfRange ? .expired : .waits
        }
        let errand = catchUp.errand
        state.withLock { state in
            if outcome == .expired, let found = state.clients[client], found.subscription == subscription {
                var late = errand
                late.position = state.hub.positions
                let token = ResumeToken.text(of: late.position, in: late.audience.filter.topics, catalog)
                _ = found.outlet.send(late.audience.form.expired(resume: token))
                _ = join(late, &state)
            } else if outcome != .over, !catchUp.hasPending, join(errand, &state) {
                outcome = .over
            }
        }
        return outcome
    }
}

extension FeedForm {
    /// That what a client showed at the door is not good any more.
    fileprivate var dismissed: [UInt8] { error("NOT_AUTHENTICATED", "the key or token is not good any more") }
}
