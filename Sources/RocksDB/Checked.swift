internal import CRocksDB

/// Where RocksDB's C interface leaves a message when a call fails.
typealias ErrorSlot = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Makes one call of RocksDB's C interface and turns its error string into a failure.
func checked<Result>(_ doing: @autoclosure () -> String, _ call: (ErrorSlot) -> Result) throws(RocksDBFailure) -> Result {
    var message: UnsafeMutablePointer<CChar>?
    let result = unsafe call(&message)
    if let text = unsafe message {
        defer { unsafe rocksdb_free(text) }
        throw unsafe RocksDBFailure(doing(), said: String(cString: text))
    }
    return result
}

extension UnsafeRawBufferPointer {
    /// The bytes as C's `char`; an empty buffer still has an address, which RocksDB wants.
    var characters: UnsafePointer<CChar> {
        unsafe (baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped).assumingMemoryBound(to: CChar.self)
    }
}
