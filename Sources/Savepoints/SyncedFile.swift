internal import Glibc

/// Puts whole files into place.
enum SyncedFile {
    /// Writes under a passing name, waits for the disk, renames, and waits for the folder too.
    static func write(_ bytes: [UInt8], to path: String, in folder: String, _ what: String) throws(SavepointFailure) {
        let fresh = path + ".new"
        let file = unsafe open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(what) }
        var isDone = writeAll(bytes, to: file) && fsync(file) == 0
        isDone = close(file) == 0 && isDone
        guard isDone, unsafe rename(fresh, path) == 0 else {
            let failure = failure(what)
            _ = unsafe unlink(fresh)
            throw failure
        }
        let parent = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw failure(what) }
        defer { close(parent) }
        guard fsync(parent) == 0 else { throw failure(what) }
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress?.advanced(by: start), $0.count - start) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    private static func failure(_ what: String) -> SavepointFailure {
        SavepointFailure(.unavailable, "\(what): \(unsafe String(cString: strerror(errno)))")
    }
}
