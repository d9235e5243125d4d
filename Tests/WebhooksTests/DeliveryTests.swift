import Freight
import StreamCore
import Testing
import Tokens
import Wire

@Suite struct DeliveryTests {
    @Test func `an event is signed as Standard Webhooks says, its bytes untouched`() throws {
        let bed = try Bed()
        try bed.command(.create, Given.body())
        let event = Given.event(1, about: 1)
        try bed.send(event)
        let attempt = try #require(try bed.attempts().first)
        let body = try #require(attempt["body"]?.string)
        #expect(Array(body.utf8) == event.value)
        let id = try #require(attempt["event_id"]?.string)
        let key = try #require(Base64.standard.decode(Given.secret.dropFirst(6)))
        let expected = hmacSHA256(Array("\(id).\(Given.now.milliseconds / 1_000).\(body)".utf8), key: key)
        #expect(attempt["signature"]?.string == "v1," + Base64.standard.encode(expected))
        #expect(attempt["url"] == "https://example.com/hook")
    }

    @Test func `a webhook gets the types that it names, or all of them`() throws {
        let bed = try Bed()
        try bed.command(.create, Given.body("https://example.com/a", ["event_types": ["load_created"]]))
        try bed.send(Given.event(1, about: 1), Given.event(2, about: 1, type: .loadCreated))
        #expect(try bed.attempted() == [2])
        try bed.command(.update, .object(["event_types": []]))
        try bed.send(Given.event(3, about: 2))
        #expect(try bed.attempted() == [2, 3])
    }

    @Test func `a webhook of one carrier gets that carrier's events`() throws {
        let carrier = "0000c0de-0000-4000-8000-000000000001"
        let bed = try Bed()
        try bed.command(.create, Given.body("https://example.com/a", ["carrier_id": .string(carrier)]))
        try bed.send(Given.event(1, about: 1), Given.event(2, about: 2, carrier: "other"), Given.event(3, about: 3, carrier: carrier))
        #expect(try bed.attempted() == [3])
    }

    @Test func `an event that names no carrier is its vehicle's carrier's`() throws {
        let (carrier, other) = ("0000c0de-0000-4000-8000-000000000001", "0000c0de-0000-4000-8000-000000000002")
        let (ours, theirs): (EntityID, EntityID) = ("0000bbbb-0000-4000-8000-000000000001", "0000bbbb-0000-4000-8000-000000000002")
        let bed = try Bed()
        try bed.command(.create, Given.body("https://example.com/a", ["carrier_id": .string(carrier)]))
        try bed.send(Given.vehicle(ours, of: carrier), Given.vehicle(theirs, of: other), to: "entities-vehicles")
        try bed.send(Given.position(1, of: ours), Given.position(2, of: theirs), to: "tracking")
        #expect(try bed.attempted() == [1])
        try bed.answer(try bed.attempts()[0], 200)
        try bed.send(Given.vehicle(ours, of: other), Given.vehicle(theirs, of: carrier), to: "entities-vehicles")
        try bed.send(Given.position(3, of: ours), Given.position(4, of: theirs), to: "tracking")
        #expect(try bed.attempted() == [1, 4])
        try bed.answer(try bed.attempts()[1], 200)
        try bed.send(Given.vehicle(theirs, of: nil), to: "entities-vehicles")
        try bed.send(Given.position(5, of: theirs), to: "tracking")
        #expect(try bed.attempted() == [1, 4])
    }

    @Test func `events of one entity go one after the other, those of others do not wait`() throws {
        let bed = try Bed()
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1), Given.event(2, about: 1), Given.event(3, about: 2))
        #expect(try bed.attempted() == [1, 3])
        try bed.answer(try bed.attempts()[0], 200)
        #expect(try bed.attempted() == [1, 3, 2])
    }

    @Test func `after a failure an event rests four times as long each time, and those behind it wait`() throws {
        let bed = try Bed(["first-rest": "10s", "attempts": "4"])
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1), Given.event(2, about: 1))
        for (count, rest) in [(1, 10), (2, 40), (3, 160)] {
            try bed.fail(try #require(try bed.attempts().last))
            try bed.pass(.milliseconds(rest * 799))
            #expect(try bed.attempted().count == count)
            try bed.pass(.milliseconds(rest * 402))
            #expect(try bed.attempted().count == count + 1)
        }
        let ids = Set(try bed.attempts().map { $0["event_id"]?.string })
        #expect(ids.count == 1)
        try bed.answer(try #require(try bed.attempts().last), 204)
        #expect(try bed.attempted().last == 2)
    }

    @Test func `a receiver that asks for more time gets it`() throws {
        let bed = try Bed(["first-rest": "1s"])
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1))
        try bed.answer(try bed.attempts()[0], 503, retryAfter: 100)
        try bed.pass(.seconds(99))
        #expect(try bed.attempted() == [1])
        try bed.pass(.seconds(2))
        #expect(try bed.attempted() == [1, 1])
    }

    @Test func `an event that failed too often is given up, and the next one goes out`() throws {
        let bed = try Bed(["first-rest": "1s", "attempts": "2"])
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1), Given.event(2, about: 1))
        try bed.fail(try bed.attempts()[0])
        try bed.pass(.seconds(2))
        try bed.answer(try bed.attempts()[1], 500)
        #expect(try bed.attempted() == [1, 1, 2])
        let failure = try #require(try bed.texts("failed").first)
        #expect(failure["attempts"] == 2)
        #expect(failure["reason"] == "it answered 500")
        #expect(failure["event"]?["data"]?["number"] == 1)
    }

    @Test func `an attempt that nobody says the end of is made again under the same id`() throws {
        let bed = try Bed(["outcome-within": "60s"])
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1))
        try bed.pass(.seconds(59))
        #expect(try bed.attempts().count == 1)
        try bed.pass(.seconds(2))
        let attempts = try bed.attempts()
        #expect(attempts.count == 2)
        #expect(attempts[0]["event_id"] == attempts[1]["event_id"])
        #expect(attempts[0]["at"] != attempts[1]["at"])
    }

    @Test func `the end of an older attempt, or one said twice, means nothing`() throws {
        let bed = try Bed(["outcome-within": "60s"])
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1), Given.event(2, about: 1))
        try bed.pass(.seconds(61))
        try bed.answer(try bed.attempts()[0], 200)
        #expect(try bed.attempted() == [1, 1])
        try bed.answer(try bed.attempts()[1], 200)
        try bed.answer(try bed.attempts()[1], 200)
        #expect(try bed.attempted() == [1, 1, 2])
    }

    @Test func `an attempt whose signature became old is signed anew and counts as no failure`() throws {
        let bed = try Bed(["attempts": "1"])
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1))
        try bed.pass(.seconds(30))
        try bed.stale(try bed.attempts()[0])
        let attempts = try bed.attempts()
        #expect(attempts.count == 2)
        #expect(attempts[0]["signature"] != attempts[1]["signature"])
        #expect(try bed.texts("failed").isEmpty)
    }

    @Test func `what failed for long disables a webhook and says so; what waited can be replayed`() throws {
        let bed = try Bed(["first-rest": "1s", "disable-after": "1m"])
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1), Given.event(2, about: 1), Given.event(3, about: 2))
        try bed.fail(try bed.attempts()[0])
        try bed.pass(.seconds(61))
        let first = try bed.attempts()[0]["entity_id"]
        try bed.fail(try #require(try bed.attempts().last { $0["entity_id"] == first }))
        let alert = try #require(try bed.texts("alerts").first)
        #expect(alert["event_type"] == "SYSTEM_ALERT")
        #expect(alert["data"]?["reason"] == "WEBHOOK_DISABLED")
        #expect(try bed.texts("webhooks").last?["enabled"] == false)
        try bed.send(Given.event(4, about: 3))
        try bed.pass(.seconds(61))
        #expect(Set(try bed.texts("failed").map { $0["event"]?["data"]?["number"]?.integer }) == [1, 2, 3])
        let before = try bed.attempted().count
        #expect(try bed.command(.replay)["error"]?["code"] == "WEBHOOK_DISABLED")
        try bed.command(.update, .object(["enabled": true]))
        #expect(try bed.command(.replay)["status"] == 200)
        #expect(Set(try bed.attempted().dropFirst(before)) == [1, 3])
    }

    @Test func `a receiver that is gone disables its webhook at once`() throws {
        let bed = try Bed()
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1))
        try bed.answer(try bed.attempts()[0], 410)
        #expect(try bed.texts("webhooks").last?["enabled"] == false)
        #expect(try bed.texts("alerts").count == 1)
    }

    @Test func `a replay sends what it names, in the order in which it failed`() throws {
        let bed = try Bed(["attempts": "1"])
        try bed.command(.create, Given.body())
        for number in 1...3 {
            try bed.send(Given.event(number, about: 1))
            try bed.fail(try #require(try bed.attempts().last))
        }
        let third = try bed.attempts()[2]["event_id"]
        try bed.command(.replay, .object(["event_ids": .array([third ?? .null])]))
        #expect(try bed.attempted() == [1, 2, 3, 3])
        try bed.answer(try bed.attempts()[3], 200)
        try bed.command(.replay)
        try bed.answer(try bed.attempts()[4], 200)
        #expect(try bed.attempted() == [1, 2, 3, 3, 1, 2])
    }

    @Test func `more events than may wait are given up at once, and so many can be replayed as are kept`() throws {
        let bed = try Bed(["most-waiting": "2", "failed-kept": "1"])
        try bed.command(.create, Given.body())
        for number in 1...5 { try bed.send(Given.event(number, about: 1)) }
        #expect(try bed.texts("failed").map { $0["event"]?["data"]?["number"]?.integer } == [3, 4, 5])
        try bed.pass(.seconds(11))
        let deliveries = try #require(try bed.texts("webhooks").last?["deliveries"])
        #expect(deliveries["waiting"] == 2)
        #expect(deliveries["failed"] == 3)
        #expect(deliveries["replayable"] == 1)
    }

    @Test func `a webhook that is deleted gets nothing more, and leaves nothing`() throws {
        let bed = try Bed()
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1), Given.event(2, about: 1))
        #expect(try bed.command(.delete)["status"] == 204)
        try bed.send(Given.event(3, about: 2))
        try bed.answer(try bed.attempts()[0], 500)
        try bed.pass(.seconds(100))
        #expect(try bed.attempted() == [1])
        #expect(try bed.texts("failed").isEmpty)
    }

    @Test func `a secret is in no row, answer, audit record, attempt or failure`() throws {
        let bed = try Bed(["attempts": "1"])
        try bed.command(.create, Given.body())
        try bed.send(Given.event(1, about: 1))
        try bed.fail(try bed.attempts()[0])
        try bed.command(.update, .object(["secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]))
        try bed.command(.delete)
        for outlet in ["webhooks", "replies", "audit", "attempts", "failed", "alerts"] {
            #expect(!bed.plain(outlet).contains("whsec_"), "\(outlet)")
        }
        #expect(try bed.texts("audit").count == 3)
    }

    @Test(arguments: [
        ("url", "ftp://example.com"), ("url", "https://user:password@example.com"), ("url", "https://"), ("secret", "short"),
        ("secret", "whsec_!!!!"), ("event_types", "LOAD_CREATED"),
    ]) func `a webhook that is wrong is refused with the member`(member: String, value: String) throws {
        let bed = try Bed()
        let body = (Given.body().members ?? []).filter { $0.name != member } + [JSON.Member(member, .string(value))]
        let reply = try bed.command(.create, .object(body))
        #expect(reply["status"] == 422)
        #expect(reply["error"]?["details"]?.array?.map { $0["field"]?.string } == [member])
    }
}
