import StreamCore
import Testing
import Tokens

@Suite struct VerificationTests {
    let fixtures: TokenFixtures

    init() throws { fixtures = try TokenFixtures() }

    @Test func `the examples of RFC 7515, 7520 and 8037 verify`() throws {
        let examples = fixtures.json["published"]?.array ?? []
        #expect(examples.count == 4)
        for example in examples {
            let key = try VerificationKey(jwk: try #require(example["jwk"]))
            let token = try #require(CompactToken(example["token"]?.string ?? ""))
            #expect(key.verifies(token), "\(example["name"]?.string ?? "")")
        }
    }

    @Test(arguments: ["rsa", "ec", "ed"]) func `a token of another library verifies with its key and no other`(id: String) throws {
        let name = ["rsa": "rs256", "ec": "es256", "ed": "eddsa"][id] ?? ""
        let token = try #require(CompactToken(try fixtures.token(name)))
        for other in ["rsa", "ec", "ed"] {
            #expect(try VerificationKey(jwk: fixtures.key(other)).verifies(token) == (other == id))
        }
    }

    @Test(arguments: ["rs256", "es256", "eddsa"]) func `a token with any one letter changed does not verify`(name: String) throws {
        let keys = try ["rsa", "ec", "ed"].map { try VerificationKey(jwk: fixtures.key($0)) }
        let text = Array(try fixtures.token(name).utf8)
        for index in stride(from: 0, to: text.count, by: 7) where text[index] != UInt8(ascii: ".") {
            var changed = text
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            guard let token = CompactToken(String(decoding: changed, as: UTF8.self)) else { continue }
            #expect(!keys.contains { $0.verifies(token) }, "letter \(index)")
        }
    }

    @Test func `a public key is never used as a shared secret`() throws {
        let token = try #require(CompactToken(try fixtures.token("hmac with the public key")))
        for id in ["rsa", "ec", "ed"] { #expect(!(try VerificationKey(jwk: fixtures.key(id)).verifies(token))) }
    }

    @Test func `keys that are not for signatures, too short or not known are refused`() throws {
        for member in fixtures.json["refused_keys"]?.members ?? [] {
            #expect(throws: KeyFailure.self, "\(member.name)") { try VerificationKey(jwk: member.value) }
        }
        #expect(throws: KeyFailure.self) { try VerificationKey(jwk: "text") }
    }

    @Test func `of a private key the public half is used`() throws {
        let key = try fixtures.key("ed")
        let withPrivate = JSON.object((key.members ?? []) + [JSON.Member("d", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")])
        let token = try #require(CompactToken(try fixtures.token("eddsa")))
        #expect(try VerificationKey(jwk: withPrivate).verifies(token))
    }

    @Test(arguments: ["", ".", "..", "a.b", "a.b.c.d", "a.b.c", "YQ.YQ.", "Y=.YQ.YQ", "YQ.YQ.YQ\n", "YR.YQ.YQ", "Y Q.YQ.YQ"])
    func `what is not three parts of base64url is no token`(text: String) {
        #expect(CompactToken(text) == nil)
    }

    @Test func `a token longer than any header is none`() {
        #expect(CompactToken("YQ.YQ." + String(repeating: "A", count: CompactToken.longest)) == nil)
    }
}
