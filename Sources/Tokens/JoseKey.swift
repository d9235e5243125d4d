internal import CJose
internal import StreamCore

/// A key of RSA or of an elliptic curve, held by cjose.
// SAFETY: the pointer is set once, freed in deinit alone, and verifying only reads what it points to.
@safe final class JoseKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// The key of those members of a JWK, at least that many bits long.
    init(_ jwk: JSON, _ names: [String], shortest: Int) throws(KeyFailure) {
        for name in names where jwk[name]?.string == nil { throw KeyFailure("a key without \(name)") }
        let text = JSON.object(names.compactMap { name in jwk[name].map { JSON.Member(name, $0) } }).compact
        var failure = unsafe cjose_err()
        let made = unsafe text.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe cjose_jwk_import($0.baseAddress, $0.count, &failure) }
        }
        guard let made = unsafe made else { throw KeyFailure(unsafe "a key that cannot be read: \(JoseKey.text(failure))") }
        unsafe key = unsafe made
        let bits = unsafe cjose_jwk_get_keysize(made, &failure)
        guard bits >= shortest else { throw KeyFailure("a key of \(bits) bits; \(shortest) or more are taken") }
    }

    deinit { _ = unsafe cjose_jwk_release(key) }

    func verifies(_ token: CompactToken) -> Bool {
        var failure = unsafe cjose_err()
        let signed = unsafe token.text.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe cjose_jws_import($0.baseAddress, $0.count, &failure) }
        }
        guard let signed = unsafe signed else { return false }
        defer { unsafe cjose_jws_release(signed) }
        return unsafe cjose_jws_verify(signed, key, &failure)
    }

    private static func text(_ failure: cjose_err) -> String {
        guard let message = unsafe failure.message else { return "unknown" }
        return unsafe String(cString: message)
    }
}
