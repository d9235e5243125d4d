import EventFeed
import StreamCore
import StreamTesting
import Testing
import Wire

/// What subscribers get, whatever they do not take and wherever they come back.
@Suite struct FeedHubTests {
    /// A client that takes a frame when it has room, and can tell what it has missed.
    private struct Client {
        let filter: FeedFilter
        var room = 0
        var events: [String] = []
        var missed = 0
        var token: String?

        mutating func take(_ frame: [UInt8]) -> Bool {
            guard room > 0, let message = try? JSON(parsing: frame) else { return false }
            room -= 1
            switch message["type"]?.string {
            case "event": events.append(message["data"]?.description ?? "")
            case "missed": missed += Int(message["count"]?.integer ?? 0)
            default: Issue.record("a frame of type \(message["type"]?.string ?? "none")")
            }
            token = message["resume"]?.string ?? token
            return true
        }
    }

    @Test(arguments: 0..<30)
    func `nobody gets an event twice, out of order or not at all without being told`(seed: UInt64) throws {
        var drawing = Drawing(random: SeededGenerator(seed: seed))
        // Small enough that some of what is missed is still held and some is not.
        var hub = FeedHub<Int>(catalog, from: FeedPositions(catalog), holding: 4_000)
        var clients: [Int: Client] = [:]
        var wanted: [Int: [String]] = [:]
        for number in 0..<12 {
            let filter = drawing.filter()
            var client = Client(filter: filter)
            let start = hub.positions
            let joining = hub.join(number, FeedAudience(filter, .webSocket), from: start) { client.take($0) }
            #expect(joining == .joined)
            clients[number] = client
        }
        for _ in 0..<600 {
            let event = drawing.event()
            for (number, client) in clients where client.filter.passes(event) {
                wanted[number, default: []].append(String(decoding: event.envelope, as: UTF8.self))
            }
            for delivery in hub.take(event) {
                for member in delivery.members where clients[member]?.take(delivery.frame) == false { hub.fellBehind(member, at: event) }
            }
            let number = Int.random(in: 0..<12, using: &drawing.random)
            clients[number]?.room = Int.random(in: 0...30, using: &drawing.random)
            for straggler in hub.stragglers { hub.catchUp(straggler) { clients[straggler]?.take($0) ?? false } }
        }
        for number in clients.keys { clients[number]?.room = .max }
        for straggler in hub.stragglers { hub.catchUp(straggler) { clients[straggler]?.take($0) ?? false } }
        for (number, client) in clients {
            let wanted = wanted[number] ?? []
            #expect(client.events.count + client.missed == wanted.count)
            var rest = wanted[...]
            for event in client.events {
                let index = try #require(rest.firstIndex(of: event), "an event out of order, twice or unasked for")
                rest = rest[(index + 1)...]
            }
        }
    }

    @Test(arguments: 0..<30)
    func `a client that comes back with its last token gets the rest, once`(seed: UInt64) throws {
        var drawing = Drawing(random: SeededGenerator(seed: seed))
        var hub = FeedHub<Int>(catalog, from: FeedPositions(catalog), holding: 1_000_000)
        let filter = drawing.filter()
        var client = Client(filter: filter, room: .max)
        var expected: [String] = []
        var isThere = false
        for _ in 0..<300 {
            if isThere, Int.random(in: 0..<10, using: &drawing.random) == 0 {
                hub.leave(1)
                isThere = false
            } else if !isThere, Int.random(in: 0..<5, using: &drawing.random) == 0 {
                let start = try client.token.map { try ResumeToken.positions(from: $0, otherwise: hub.positions, catalog) } ?? FeedPositions(catalog)
                let joining = hub.join(1, FeedAudience(filter, .webSocket), from: start) { client.take($0) }
                #expect(joining == .joined)
                isThere = true
            }
            let event = drawing.event()
            if filter.passes(event) { expected.append(String(decoding: event.envelope, as: UTF8.self)) }
            for delivery in hub.take(event) {
                let isTaken = client.take(delivery.frame)
                #expect(isTaken)
            }
        }
        if !isThere {
            let start = try client.token.map { try ResumeToken.positions(from: $0, otherwise: hub.positions, catalog) } ?? FeedPositions(catalog)
            _ = hub.join(1, FeedAudience(filter, .webSocket), from: start) { client.take($0) }
        }
        // Partitions have no order among themselves once something is read again.
        #expect(client.events.sorted() == expected.sorted())
    }

    @Test func `what is not held any more is to be read from the log, what is not followed yet to be waited for`() {
        var hub = FeedHub<Int>(catalog, from: FeedPositions(catalog), holding: 300)
        for offset in 0..<10 { _ = hub.take(event("LOAD_CREATED", offset: Int64(offset))) }
        let audience = FeedAudience(FeedFilter(topics: ["loads"], in: catalog), .webSocket)
        let old = hub.join(1, audience, from: FeedPositions(catalog)) { _ in true }
        #expect(old == .old)
        var ahead = hub.positions
        ahead[0, Partition(1)] = Offset(1)
        let early = hub.join(1, audience, from: ahead) { _ in true }
        #expect(early == .ahead)
        let others = FeedAudience(FeedFilter(topics: ["alerts"], in: catalog), .webSocket)
        let joined = hub.join(1, others, from: ahead) { _ in true }
        #expect(joined == .joined)
        #expect(hub.count == 1)
    }

    @Test func `an event is written once for all who get it in one form`() {
        var hub = FeedHub<Int>(catalog, from: FeedPositions(catalog), holding: 0)
        for (number, id) in ["a", "b"].enumerated() {
            let filter = FeedFilter(entityIDs: [id, "c"], in: catalog)
            _ = hub.join(number, FeedAudience(filter, .webSocket), from: hub.positions) { _ in true }
            _ = hub.join(number + 2, FeedAudience(filter, .serverSent), from: hub.positions) { _ in true }
        }
        let deliveries = hub.take(event("LOAD_CREATED", "c"))
        #expect(deliveries.count == 4)
        #expect(Set(deliveries.map(\.frame)).count == 2)
    }

    @Test func `an event that comes again goes to nobody`() {
        var hub = FeedHub<Int>(catalog, from: FeedPositions(catalog), holding: 1_000)
        _ = hub.join(1, FeedAudience(FeedFilter(in: catalog), .webSocket), from: hub.positions) { _ in true }
        let counts = [7, 7, 8].map { hub.take(event("LOAD_CREATED", offset: $0)).count }
        #expect(counts == [1, 0, 1])
        hub.skip(FeedPartition(topic: 0, partition: Partition(0)), to: Offset(20))
        let skipped = hub.take(event("LOAD_CREATED", offset: 19))
        #expect(skipped.isEmpty)
    }
}
