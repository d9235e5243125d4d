import Access
import StreamCore
import Tokens

extension FuzzTarget {
    /// What somebody shows at the door: whatever it is, it is judged, and nobody comes in by it. Base64 has one text for each value.
    static func token(_ bytes: UnsafeRawBufferPointer) throws {
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        for form in [Base64.standard, .url] {
            if let value = form.decode(text) { try require(form.encode(value) == text, "another text means the same bytes") }
        }
        let now = EventTime(microseconds: 1_900_000_000_000_000)
        let keys = (try? unsafe KeySet(parsing: Array(bytes))) ?? .none
        if let token = try? BearerToken(text) {
            let holder = try? token.verified(by: keys, TokenRules(issuer: "i", audience: "a"), now: now)
            try require(holder == nil, "a token that nobody signed makes somebody of its bearer")
        }
        if let key = APIKeyText(text) { try require(KeyRing().principal(key, now: now) == nil, "an empty ring knows a key") }
        let door = Gatekeeper(AccessSettings(isRequired: true))
        let admission = door.admit(Credentials(token: Secret(text)), from: "10.0.0.1", now: now)
        try require(admission.principal == nil, "somebody comes in whom nobody knows")
    }
}
