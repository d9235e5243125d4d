import Dataflow
import Freight
import HTTPServer
import StreamCore
import StreamTesting
import Synchronization
import Testing
import Tokens
import Wire

/// A receiver of deliveries, over HTTP.
private final class Receiver: Sendable {
    struct Got: Sendable {
        let id: String
        let number: Int64
        let isSigned: Bool
    }

    private let box: Box
    let listener: HTTPListener

    /// A receiver that answers the delivery of that count, from 0, with a status.
    init(_ status: @escaping @Sendable (Int) -> Int = { _ in 204 }) throws {
        let box = Box()
        self.box = box
        listener = try HTTPListener(settings: HTTPServerSettings(port: 0)) { request, reply in
            let count = box.take(request)
            reply.send(HTTPResponse(status: status(count)))
        }
    }

    final class Box: Sendable {
        let got = Mutex<[Got]>([])

        func take(_ request: HTTPRequest) -> Int {
            let id = request.headers["webhook-id"] ?? ""
            let time = request.headers["webhook-timestamp"] ?? ""
            let key = Base64.standard.decode(Given.secret.dropFirst(6)) ?? []
            let expected = "v1," + Base64.standard.encode(hmacSHA256(Array("\(id).\(time).".utf8) + request.body, key: key))
            let number = (try? JSON(parsing: request.body))?["data"]?["number"]?.integer ?? -1
            return got.withLock {
                $0.append(Got(id: id, number: number, isSigned: request.headers["webhook-signature"] == expected))
                return $0.count - 1
            }
        }
    }

    var received: [Got] { box.got.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(listener.port)/hook" }

    func stop() { listener.stop(within: .seconds(1)) }
}

/// The whole way, over a real log: from an event to a receiver.
@Suite(.serialized) struct CourierTests {
    private func bindings(_ job: any Job) throws -> JobBindings {
        var bindings = try JobHarness.bindings(of: job, keys: Given.keys, partitions: Depot.partitions)
        func topic(_ name: String, _ key: String? = nil) -> JobBindings.Topic {
            JobBindings.Topic(name, partitions: Depot.partitions, key: key)
        }
        // What the job says to itself: one topic for an outlet and an inlet.
        bindings.outlets["webhooks"] = topic("registrations")
        bindings.inlets["due"] = JobBindings.Inlet(topic("attempts"))
        bindings.outlets["performed"] = topic("outcomes", "webhook_id")
        bindings.inlets["registrations"]?.settings.readToEnd = true
        bindings.outlets["alerts"] = topic("alarms")
        return bindings
    }

    private func opened(_ settings: [String: String]) async throws -> Depot {
        var settings = settings
        if settings["private-addresses"] == nil { settings["private-addresses"] = "true" }
        let job = try Given.job(settings)
        return try await Depot(job, try bindings(job))
    }

    private func registered(_ depot: Depot, _ url: String) async throws {
        try depot.publish([Given.command(1, body: Given.body(url))], to: "commands")
        try await eventually("the webhook is there") { try depot.records(of: "registrations").count == 1 }
        try await depot.settled()
    }

    @Test func `events arrive signed, once each, those of one entity in order`() async throws {
        let receiver = try Receiver()
        let depot = try await opened([:])
        try await registered(depot, receiver.url)
        try depot.publish((0..<60).map { Given.event($0, about: $0 % 5) }, to: "loads")
        try await eventually("all have arrived") { receiver.received.count == 60 }
        #expect(receiver.received.filter { !$0.isSigned }.isEmpty)
        for load in 0..<5 {
            let numbers = receiver.received.map(\.number).filter { $0 % 5 == Int64(load) }
            #expect(numbers == numbers.sorted())
        }
        await depot.stop()
        receiver.stop()
    }

    @Test func `an event that is refused comes again under the same id, and the ones behind it after it`() async throws {
        let receiver = try Receiver { $0 < 2 ? 500 : 200 }
        let depot = try await opened(["first-rest": "5ms"])
        try await registered(depot, receiver.url)
        try depot.publish([Given.event(1, about: 1), Given.event(2, about: 1)], to: "loads")
        try await eventually("both have arrived") { receiver.received.count == 4 }
        #expect(receiver.received.map(\.number) == [1, 1, 1, 2])
        #expect(Set(receiver.received.prefix(3).map(\.id)).count == 1)
        await depot.stop()
        receiver.stop()
    }

    @Test func `nothing is delivered to this machine unless that is allowed`() async throws {
        let receiver = try Receiver()
        let depot = try await opened(["private-addresses": "false", "attempts": "2", "first-rest": "1ms"])
        try await registered(depot, receiver.url)
        try depot.publish([Given.event(1, about: 1)], to: "loads")
        try await eventually("it is given up") { try depot.records(of: "failed").count == 1 }
        #expect(receiver.listener.counts.accepted == 0)
        #expect(try depot.texts(of: "failed")[0].contains("only this machine or its network reaches"))
        await depot.stop()
        receiver.stop()
    }

    @Test(arguments: Depot.Interruption.allCases)
    func `no event is lost by an interruption, and the order of an entity's first arrivals holds`(
        how: Depot.Interruption
    ) async throws {
        let receiver = try Receiver { $0 % 7 == 3 ? 503 : 200 }
        var depot = try await opened(["first-rest": "2ms", "outcome-within": "300ms"])
        try await registered(depot, receiver.url)
        for round in 0..<4 {
            try depot.publish((round * 10..<round * 10 + 10).map { Given.event($0, about: $0 % 3) }, to: "loads")
            depot = try await depot.interrupted(how)
        }
        try await eventually("all have arrived") { Set(receiver.received.map(\.number)).count == 40 }
        for load in 0..<3 {
            var seen: Set<Int64> = []
            let firsts = receiver.received.map(\.number).filter { $0 % 3 == Int64(load) && seen.insert($0).inserted }
            #expect(firsts == firsts.sorted())
        }
        #expect(receiver.received.filter { !$0.isSigned }.isEmpty)
        await depot.stop()
        receiver.stop()
    }
}
