internal import Glibc
internal import StreamCore

/// Finds the blob file that holds a key, for messages: RocksDB says that a blob is damaged, but not where.
///
/// A blob file is a header of 30 bytes and records of `key length u64 | value length u64 | expiration u64 | two checksums u32 | key |
/// value`; only their heads are read. Called after a failure, never otherwise.
enum BlobSearch {
    /// The file whose walk meets `key`; else the first one that cannot be walked; else all of them, where the key itself is damaged.
    static func file(holding key: [UInt8], in directory: String) -> String {
        var broken: String?
        for name in SystemFile.list(directory) where name.hasSuffix(".blob") {
            switch walk("\(directory)/\(name)", for: key) {
            case .holdsKey: return "\(directory)/\(name)"
            case .broken: broken = broken ?? "\(directory)/\(name)"
            case .other: continue
            }
        }
        return broken ?? "one of \(directory)/*.blob"
    }

    private enum Outcome { case holdsKey, broken, other }

    private static func walk(_ path: String, for key: [UInt8]) -> Outcome {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return .other }
        defer { close(file) }
        let size = Int64(lseek(file, 0, SEEK_END))
        var at: Int64 = headerSize
        while at + footerSize < size {
            guard let head = read(file, at, Int(recordHeaderSize)) else { return .broken }
            let keyLength = word(head, 0)
            let valueLength = word(head, 8)
            guard keyLength > 0, keyLength < 1 << 16, valueLength < UInt64(size) else { return .broken }
            guard let found = read(file, at + recordHeaderSize, Int(keyLength)) else { return .broken }
            if found == key { return .holdsKey }
            if found.first != key.first { return .broken }
            at += recordHeaderSize + Int64(keyLength) + Int64(valueLength)
        }
        return at + footerSize == size ? .other : .broken
    }

    private static func read(_ file: Int32, _ at: Int64, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file, $0.baseAddress, count, off_t(at)) }
        return got == count ? bytes : nil
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64($1 * 8) }
    }

    private static let headerSize: Int64 = 30
    private static let recordHeaderSize: Int64 = 32
    private static let footerSize: Int64 = 32
}
