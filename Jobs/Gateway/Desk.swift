internal import Dataflow
internal import EventFeed
internal import Freight
internal import ReadModel
internal import StreamCore
internal import StructuredLog
internal import Threads

/// What routes answer with: the replica, the ways to the log, and threads that may wait.
final class Desk: Sendable {
    let settings: GatewaySettings
    let surroundings: Surroundings
    let scope: ResidentScope
    let replica = Replica()
    let register = Register()
    let roads = Roads()
    let tracks: Tracks
    let events: EventMemory
    let model: any ReadModel
    let tickets: Tickets
    let commands: CommandSender
    let places: EventPlaces
    let hours: HoursDesk
    /// Where what may take long is answered.
    let readers: WorkerThread
    let topicWatch: TopicWatch
    let pushes: Pushes
    let journal: Journal

    init(_ settings: GatewaySettings, _ surroundings: Surroundings, _ scope: ResidentScope) throws(StageFailure) {
        self.settings = settings
        self.surroundings = surroundings
        self.scope = scope
        let tracks = Tracks(kept: settings.tracksKept, most: settings.pointsKept)
        let events = EventMemory(kept: settings.eventsKept, most: settings.recentKept)
        (self.tracks, self.events) = (tracks, events)
        model = surroundings.readModel(MemoryReadModel(replica: replica, tracks: tracks, events: events))
        let tickets = Tickets(surroundings.instance, patience: settings.patience, at: scope.clock())
        self.tickets = tickets
        places = EventPlaces(most: settings.placesKept)
        var commandTopics: [String: JobBindings.Topic] = [:]
        for (topic, outlet) in Gateway.commands { commandTopics[topic] = try scope.topic(of: outlet) }
        commands = CommandSender(scope.log, to: commandTopics, tickets, surroundings.logger)
        journal = Journal(surroundings.logger)
        hours = HoursDesk(replica, settings.terms)
        readers = WorkerThread(name: "gateway reads", width: settings.readers)
        topicWatch = TopicWatch(scope)
        pushes = try Pushes(settings, surroundings, scope, replica)
    }

    /// The clock on the wall.
    var now: EventTime { scope.clock() }

    /// A new id, that of a command or of a thing that is to be made.
    func makeID() -> EntityID { .version7(at: now, surroundings.entropy()) }

    /// Answers a call on a thread that may wait.
    func later(_ call: Call, _ work: @escaping @Sendable () throws(Refusal) -> Void) {
        readers.post {
            if !call.isWanted { return }
            do throws(Refusal) { try work() } catch { call.refuse(error) }
        }
    }

    /// Turns everybody away who still waits, and ends its threads.
    func close() {
        tickets.turnAway()
        pushes.feed.close("the API is closing")
        commands.stop()
        readers.stop()
    }
}
