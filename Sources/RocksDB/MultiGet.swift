internal import CRocksDB

extension Database {
    /// Copies of the values of `keys`, in their order, `nil` where there is none: one call for a batch's worth of misses.
    public func values(for keys: [[UInt8]]) throws(RocksDBFailure) -> [[UInt8]?] {
        if keys.isEmpty { return [] }
        let bytes = Array(keys.joined()) + [0]
        let sizes = keys.map(\.count)
        var values = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: keys.count)
        var lengths = [Int](repeating: 0, count: keys.count)
        var errors = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: keys.count)
        unsafe bytes.withUnsafeBytes { bytes in
            var at = 0
            let starts: [UnsafePointer<CChar>?] = unsafe sizes.map { size in
                defer { at += size }
                return unsafe UnsafeRawBufferPointer(rebasing: bytes[at...]).characters
            }
            unsafe rocksdb_multi_get(handle, reading, keys.count, starts, sizes, &values, &lengths, &errors)
        }
        defer {
            for index in keys.indices {
                unsafe rocksdb_free(values[index])
                unsafe rocksdb_free(errors[index])
            }
        }
        for index in keys.indices {
            if let text = unsafe errors[index] { throw unsafe RocksDBFailure("reading \(path)", said: String(cString: text)) }
        }
        return keys.indices.map { index in
            unsafe values[index].map { unsafe Array(UnsafeRawBufferPointer(start: $0, count: lengths[index])) }
        }
    }
}
