import Foundation
import HTTPClient
import StreamCore
import StreamTesting
import Testing
import Wire

/// A process that wants to know who speaks to it.
@Suite struct DoorTests {
    private let session = HTTPSession()

    private func status(_ method: String, _ url: String, token: String? = nil, body: String? = nil) throws -> Int {
        var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        return try session.send(HTTPClientRequest(method, url, headers: headers, body: body.map { Array($0.utf8) })).status
    }

    @Test func `the machine's own token makes the first key, which lets its holder in until it is revoked`() async throws {
        let scratch = try Scratch()
        let system = try RunningProcess(scratch, environment: ["LINEHAUL_AUTH": "required"])
        let file = scratch.file("data/token")
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)

        #expect(try status("GET", "\(system.url)/health") == 200)
        #expect(try status("GET", "\(system.url)/ops/jobs") == 401)
        #expect(try status("GET", "\(system.url)/api/loads") == 401)
        #expect(try system.command("jobs", "--json").code == 0)

        let made = try JSON(parsing: try system.command("keys", "create", "night shift", "--role", "viewer", "--json").output)
        let key = try #require(made["key"]?.string)
        let id = try #require(made["id"]?.string)
        try await eventually("the key is known") { try status("GET", "\(system.url)/api/loads", token: key) == 200 }
        #expect(try status("POST", "\(system.url)/api/loads", token: key, body: "{}") == 403)
        #expect(try status("GET", "\(system.url)/ops/jobs", token: key) == 403)
        #expect(try status("GET", "\(system.url)/api/api-keys", token: key) == 403)

        let listed = try system.command("keys", "list", "--json").output
        #expect(listed.contains(id))
        #expect(!listed.contains(key))
        #expect(try system.command("keys", "revoke", id).code == 0)
        try await eventually("the key is worth nothing") { try status("GET", "\(system.url)/api/loads", token: key) == 401 }
        #expect(system.end(SIGTERM) == 0)
        #expect(!system.rest.contains(key))
    }

    @Test func `a token file that others may read is refused`() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.file("data"), withIntermediateDirectories: true)
        let text = Data(String(repeating: "x", count: 40).utf8)
        #expect(FileManager.default.createFile(atPath: scratch.file("data/token"), contents: text, attributes: [.posixPermissions: 0o644]))
        let outcome = try Launched.run(
            "run", environment: ["LINEHAUL_DATA": scratch.file("data"), "LINEHAUL_LISTEN": "127.0.0.1:0", "LINEHAUL_AUTH": "required"])
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("others than its owner may read it"))
    }
}
