internal import COpenSSL

/// The SHA-256 digest of some bytes: 32 bytes.
public func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = unsafe SHA256(bytes, bytes.count, &digest)
    return digest
}

/// The HMAC of some bytes under a key, by SHA-256 (RFC 2104): 32 bytes.
public func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    var count = UInt32(code.count)
    _ = unsafe HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &code, &count)
    return code
}

/// Whether two secrets are the same, in a time that tells only whether they are equally long.
public func isSameSecret(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    unsafe a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}

/// Bytes that nobody can guess, from the library's generator for private values; `nil` where the system gives it no entropy.
public func secureRandomBytes(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    return unsafe RAND_priv_bytes(&bytes, Int32(count)) == 1 ? bytes : nil
}
