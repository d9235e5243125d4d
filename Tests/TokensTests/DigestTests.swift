import Testing
import Tokens

@Suite struct DigestTests {
    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test func `SHA-256 is that of FIPS 180-2`() {
        #expect(hex(sha256(Array("abc".utf8))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(hex(sha256([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `HMAC is that of RFC 4231`() {
        #expect(
            hex(hmacSHA256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            hex(hmacSHA256(Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20)))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    }

    @Test func `secrets are the same when every byte is`() {
        #expect(isSameSecret([1, 2, 3], [1, 2, 3]))
        #expect(!isSameSecret([1, 2, 3], [1, 2, 4]))
        #expect(!isSameSecret([1, 2, 3], [1, 2]))
        #expect(isSameSecret([], []))
    }

    @Test func `random bytes come in the number asked for, and differ`() throws {
        let first = try #require(secureRandomBytes(32))
        #expect(first.count == 32)
        #expect(first != secureRandomBytes(32))
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")])
    func `base64 is that of RFC 4648`(plain: String, text: String) {
        #expect(Base64.standard.encode(Array(plain.utf8)) == text)
        #expect(Base64.standard.decode(text) == Array(plain.utf8))
        #expect(Base64.url.encode(Array(plain.utf8)) == text.filter { $0 != "=" })
    }

    @Test func `base64url has its own two letters`() {
        #expect(Base64.url.encode([0xfb, 0xff]) == "-_8")
        #expect(Base64.url.decode("-_8") == [0xfb, 0xff])
        #expect(Base64.url.decode("+/8") == nil)
        #expect(Base64.standard.decode("-_8=") == nil)
    }

    @Test(arguments: ["Zg=", "Zg", "Zh==", "Z===", "====", "Zg==Zg=="]) func `a value has one text in base64`(text: String) {
        #expect(Base64.standard.decode(text) == nil)
    }
}
