import Foundation
import HTTPClient
import HTTPServer
import StreamCore
import StreamTesting
import Synchronization
import TestServers
import Testing
import Wire

/// Two processes that share a Kafka, as clients meet them: whichever one asks.
@Suite(.serialized, .enabled(if: KafkaServer.missing == nil && KafkaServer.elsewhere == nil, "needs a Kafka of its own"))
struct KafkaDoorTests {
    private static let token = "lhm_0123456789abcdef0123456789abcdef"
    private let session = HTTPSession()

    private func ask(
        _ method: String, _ url: String, _ body: JSON? = nil, token: String = token, headers more: [(String, String)] = []
    ) throws -> (status: Int, body: JSON) {
        let headers = [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")] + more
        let answer = try session.send(HTTPClientRequest(method, url, headers: headers, body: body?.compact))
        return (answer.status, (try? JSON(parsing: answer.body)) ?? .null)
    }

    /// Makes something, asked again under one key while tasks move to a process that has just come.
    private func make(_ url: String, _ body: JSON, key: String) async throws -> JSON {
        var made = JSON.null
        try await eventually("\(url) takes it") {
            let answer = try ask("POST", url, body, headers: [("Idempotency-Key", key)])
            made = answer.body
            return (200...202).contains(answer.status)
        }
        return made
    }

    @Test func `keys, answers, fellows and webhooks are the same whichever process is asked`() async throws {
        let server = try KafkaServer()
        defer { server.stop() }
        let arrivals = Mutex<[String]>([])
        let receiver = try HTTPListener(settings: HTTPServerSettings(port: 0)) { request, reply in
            arrivals.withLock { $0.append(request.headers["webhook-id"] ?? "") }
            reply.send(HTTPResponse(status: 204))
        }
        defer { receiver.stop(within: .zero) }
        let environment = [
            "LINEHAUL_LOG": "kafka", "LINEHAUL_KAFKA": server.bootstrap, "LINEHAUL_AUTH": "required", "LINEHAUL_TOKEN": Self.token,
            "LINEHAUL_WEBHOOKS_PRIVATE": "true",
        ]
        let (hereFolder, thereFolder) = (try Scratch(), try Scratch())
        let here = try RunningProcess(hereFolder, environment: environment)
        let there = try RunningProcess(thereFolder, environment: environment)
        for system in [here, there] {
            try await eventually("the API answers", within: .seconds(120)) { try ask("GET", "\(system.url)/api/loads").status == 200 }
        }

        // A key made here is known there, and worth nothing there once it is revoked here.
        var made = JSON.null
        try await eventually("a key is made") {
            // Its text is in the first answer alone.
            made = try ask("POST", "\(here.url)/api/api-keys", .object(["name": "night shift", "role": "VIEWER"])).body
            return made["key"] != nil
        }
        let (key, id) = (try #require(made["key"]?.string), try #require(made["id"]?.string))
        try await eventually("the key is known there") { try ask("GET", "\(there.url)/api/loads", token: key).status == 200 }
        #expect(try ask("DELETE", "\(here.url)/api/api-keys/\(id)").status == 204)
        try await eventually("the key is refused there") { try ask("GET", "\(there.url)/api/loads", token: key).status == 401 }

        // What is made here is read there, and a webhook gets it once from whoever has to deliver it.
        let hook = JSON.object([
            "url": .string("http://127.0.0.1:\(receiver.port)/"), "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "event_types": ["CARRIER_CREATED"],
        ])
        _ = try await make("\(there.url)/api/webhooks", hook, key: "a webhook")
        try await eventually("both know the webhook") { try ask("GET", "\(here.url)/api/webhooks").body["total"] == 1 }
        for number in 0..<6 {
            let system = number % 2 == 0 ? here : there
            let carrier = try await make("\(system.url)/api/carriers", .object(["name": .string("Carrier \(number)")]), key: "\(number)")
            let other = number % 2 == 0 ? there : here
            let place = "/api/carriers/\(try #require(carrier["id"]?.string))"
            try await eventually("it is read at the other") { try ask("GET", other.url + place).status == 200 }
        }
        try await eventually("each has come", within: .seconds(60)) { Set(arrivals.withLock { $0 }).count == 6 }
        #expect(arrivals.withLock { $0.count } == 6)

        // One Idempotency-Key, one answer: from either.
        let carrier = JSON.object(["name": "Once"])
        let event = JSON.object(["event_type": "SYSTEM_ALERT", "entity_id": "depot", "data": .object(["reason": "a door is open"])])
        for (path, body) in [("/api/carriers", carrier), ("/api/events/publish", event)] {
            let first = try await make(here.url + path, body, key: "once \(path)")
            #expect(try await make(there.url + path, body, key: "once \(path)") == first)
        }
        #expect(here.end(SIGTERM) == 0)
        #expect(there.end(SIGTERM) == 0)
    }
}
