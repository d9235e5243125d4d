internal import COpenSSL

/// Whether a signature is that of the key with that public point over those bytes (RFC 8032).
func isEd25519Signature(_ signature: [UInt8], of bytes: ArraySlice<UInt8>, by point: [UInt8]) -> Bool {
    guard let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, point, point.count) else { return false }
    defer { unsafe EVP_PKEY_free(key) }
    guard let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
    return unsafe bytes.withUnsafeBufferPointer {
        unsafe EVP_DigestVerify(context, signature, signature.count, $0.baseAddress, $0.count) == 1
    }
}
