import EventFeed
import Geodesy
import StreamTesting
import Testing

@Suite struct SubscriptionIndexTests {
    @Test(arguments: 0..<20) func `it finds whom asking everybody finds`(seed: UInt64) {
        var drawing = Drawing(random: SeededGenerator(seed: seed))
        var index = SubscriptionIndex<Int>()
        var audiences: [Int: FeedAudience] = [:]
        for round in 0..<400 {
            let subscriber = Int.random(in: 0..<40, using: &drawing.random)
            if let old = audiences.removeValue(forKey: subscriber) { index.remove(subscriber, from: old) }
            if Int.random(in: 0..<4, using: &drawing.random) > 0 {
                let audience = FeedAudience(drawing.filter(), Bool.random(using: &drawing.random) ? .webSocket : .serverSent)
                audiences[subscriber] = audience
                index.add(subscriber, to: audience)
            }
            let event = drawing.event()
            let found = index.groups(wanting: event)
            #expect(Set(found.flatMap(\.members)) == Set(audiences.filter { $0.value.filter.passes(event) }.keys), "round \(round)")
            #expect(found.map(\.members.count).reduce(0, +) == Set(found.flatMap(\.members)).count)
        }
    }

    @Test func `subscribers with one filter are one group`() {
        var index = SubscriptionIndex<Int>()
        let audience = FeedAudience(FeedFilter(eventTypes: ["ALERT"], in: catalog), .webSocket)
        for subscriber in 0..<1_000 { index.add(subscriber, to: audience) }
        let groups = index.groups(wanting: event("ALERT", of: "SYSTEM", topic: 2))
        #expect(groups.count == 1)
        #expect(groups.first?.members.count == 1_000)
    }

    @Test func `parts of a filter are ANDed, the values in one are ORed`() {
        let filter = FeedFilter(eventTypes: ["LOAD_CREATED", "LOAD_DELIVERED"], entityIDs: ["a"], in: catalog)
        #expect(filter.passes(event("LOAD_CREATED", "a")))
        #expect(filter.passes(event("LOAD_DELIVERED", "a")))
        #expect(!filter.passes(event("LOAD_CREATED", "b")))
        #expect(!filter.passes(event("VEHICLE_MOVED", "a", topic: 1)))
    }

    @Test func `a driver sees what names it, one of a carrier no more than is that carrier's`() {
        let anywhere = FeedFilter(within: .driver("d"), in: catalog)
        let limited = FeedFilter(within: .driver("d", of: "north"), in: catalog)
        #expect(["north", "south", nil].map { anywhere.passes(event("LOAD_CREATED", "d", carrier: $0)) } == [true, true, true])
        #expect(["north", "south", nil].map { limited.passes(event("LOAD_CREATED", "d", carrier: $0)) } == [true, false, false])
        #expect(!limited.passes(event("LOAD_CREATED", "e", carrier: "north")))
    }

    @Test func `near means a place of the event lies in the circle`() {
        let houston = GeoPoint(latitude: 29.76, longitude: -95.37)
        let filter = FeedFilter(near: GeoCircle(center: houston, radiusMeters: 10 * Earth.metersPerMile), in: catalog)
        #expect(filter.passes(event("LOAD_CREATED", near: houston.moved(north: 16_000, east: 0))))
        #expect(!filter.passes(event("LOAD_CREATED", near: houston.moved(north: 16_200, east: 0))))
        #expect(!filter.passes(event("LOAD_CREATED")))
    }

    @Test func `a filter reads the topics that can hold what it asks for`() {
        #expect(FeedFilter(in: catalog).topics == TopicSet(0..<3))
        #expect(FeedFilter(eventTypes: ["ALERT", "VEHICLE_MOVED"], in: catalog).topics == TopicSet([1, 2]))
        #expect(FeedFilter(eventTypes: ["ALERT"], topics: ["loads"], in: catalog).topics == TopicSet([]))
    }
}
