import Access
import Foundation
import StreamCore
import Testing
import Wire

@Suite struct BearerTokenTests {
    private static let issued = EventTime(microseconds: 1_900_000_000_000_000)
    private let fixtures: JSON
    private let keys: KeySet
    private let rules = TokenRules(issuer: "https://issuer.example", audience: "linehaul")

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/tokens.json")
        fixtures = try JSON(parsing: [UInt8](try Data(contentsOf: file)))
        keys = try KeySet(parsing: JSON.object(["keys": fixtures["keys"]]).compact)
    }

    private func token(_ name: String) throws -> String { try #require(fixtures["tokens"]?[name]?.string, "no token \(name)") }

    private func principal(_ name: String, after seconds: Int = 0) throws -> Principal {
        let now = Self.issued.advanced(by: .init(.seconds(seconds)))
        return try BearerToken(try token(name)).verified(by: keys, rules, now: now).principal
    }

    private func refusal(_ name: String, after seconds: Int = 0) throws -> TokenRefusal? {
        let text = try token(name)
        do throws(TokenRefusal) {
            let now = Self.issued.advanced(by: .init(.seconds(seconds)))
            _ = try BearerToken(text).verified(by: keys, rules, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["rs256", "es256", "eddsa", "without kid", "audiences", "at+jwt"])
    func `a token that holds says who its bearer is`(name: String) throws {
        let principal = try principal(name)
        #expect(principal.userID == "u-1")
        #expect(principal.role == .dispatcher)
        #expect(principal.carrierID == nil)
        #expect(principal.evidence == .token(issuer: "https://issuer.example"))
    }

    @Test func `a token may limit its bearer to a carrier, or to one driver`() throws {
        #expect(try principal("carrier").carrierID == "0000c0de-0000-4000-8000-000000000001")
        let driver = try principal("driver")
        #expect(driver.role == .driver)
        #expect(driver.driverID == "0000d0de-0000-4000-8000-000000000001")
    }

    @Test func `of several roles the first that is known counts`() throws {
        #expect(try principal("roles").role == .viewer)
    }

    @Test(arguments: [
        ("none", TokenRefusal.header), ("none in mixed case", .header), ("hmac with the public key", .header), ("critical", .header),
        ("two algs", .header), ("id token", .header), ("unknown kid", .unknownKey), ("another key's kid", .unknownKey),
        ("changed payload", .signature), ("not an object", .malformed), ("other issuer", .foreign), ("no issuer", .foreign),
        ("other audience", .foreign), ("no audience", .foreign), ("no expiry", .expired), ("no subject", .anonymous),
        ("no role", .anonymous), ("unknown role", .anonymous),
    ]) func `a token that does not hold is refused for its reason`(name: String, reason: TokenRefusal) throws {
        #expect(try refusal(name) == reason)
    }

    @Test func `a token holds from its beginning to its end, a minute of a wrong clock allowed`() throws {
        #expect(try refusal("es256", after: -61) == .early)
        #expect(try refusal("es256", after: -60) == nil)
        #expect(try refusal("es256", after: 3_659) == nil)
        #expect(try refusal("es256", after: 3_660) == .expired)
    }

    @Test(arguments: ["", "x", "a.b.c", "e30.e30.e30", "bnVsbA.e30.e30"]) func `what is no token is refused`(text: String) {
        #expect(throws: TokenRefusal.self) { try BearerToken(text) }
    }

    @Test func `a key set keeps the keys that can be used and says why others cannot`() throws {
        let keys = JSON.array((fixtures["keys"]?.array ?? []) + (fixtures["refused_keys"]?.members ?? []).map(\.value))
        let set = try KeySet(parsing: JSON.object(["keys": keys]).compact)
        #expect(set.keys.count == 3)
        #expect(set.unusable.count == fixtures["refused_keys"]?.members?.count)
    }

    @Test(arguments: ["", "[]", "{}", "{\"keys\":{}}"]) func `what is no key set is refused`(text: String) {
        #expect(throws: DecodeFailure.self) { try KeySet(parsing: Array(text.utf8)) }
    }

    @Test func `a key set is read at first, every ten minutes, and half a minute after a key was missed`() {
        var schedule = KeySetSchedule()
        func isDue(_ second: Int) -> Bool { schedule.isDue(at: Self.issued.advanced(by: .init(.seconds(second)))) }
        #expect(isDue(0))
        #expect(!isDue(1))
        schedule.missed()
        #expect(!isDue(29))
        #expect(isDue(30))
        #expect(!isDue(61))
        #expect(isDue(630))
    }

    @Test func `a key set that is said to have changed is read at once`() {
        var schedule = KeySetSchedule()
        func isDue(_ second: Int) -> Bool { schedule.isDue(at: Self.issued.advanced(by: .init(.seconds(second)))) }
        #expect(isDue(0))
        schedule.renew()
        #expect(isDue(1))
        #expect(!isDue(2))
    }
}
