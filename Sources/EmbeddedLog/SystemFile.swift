internal import EventLog
internal import Glibc

/// The few file operations the log's directory needs besides its database.
enum SystemFile {
    /// What the last system call that failed said.
    static var lastError: String { unsafe String(cString: strerror(errno)) }

    /// The command line of this process, as `ps` shows it.
    static var command: String {
        let raw = (try? readBytes("/proc/self/cmdline")) ?? []
        let words = raw.split(separator: 0).prefix(4).map { String(decoding: $0, as: UTF8.self) }
        guard let program = words.first?.split(separator: "/").last else { return "unknown" }
        return ([String(program)] + words.dropFirst()).joined(separator: " ")
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Makes the directory and those above it.
    static func createDirectory(_ path: String) throws(LogFailure) {
        var built = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            built += "/" + part
            guard unsafe mkdir(built, 0o755) != 0, errno != EEXIST, !exists(built) else { continue }
            throw LogFailure(.refused, "creating directory \(built): \(lastError)")
        }
    }

    /// Names in a directory, without the dots.
    static func list(_ path: String) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func read(_ path: String) throws(LogFailure) -> String { String(decoding: try readBytes(path), as: UTF8.self) }

    /// The first 64 KiB of a file.
    static func readBytes(_ path: String) throws(LogFailure) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw LogFailure(.damaged, "reading \(path): \(lastError)") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < 65_536 {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    /// Replaces a file by one that holds `text`: wholly or not at all, also across a power loss.
    static func replace(_ path: String, with text: String) throws(LogFailure) {
        let fresh = path + ".new"
        let file = unsafe open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw LogFailure(.refused, "writing \(fresh): \(lastError)") }
        let bytes = Array(text.utf8)
        let written = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        let isSynced = fsync(file) == 0
        close(file)
        guard written == bytes.count, isSynced, unsafe rename(fresh, path) == 0 else {
            throw LogFailure(errno == ENOSPC ? .full : .refused, "writing \(path): \(lastError)")
        }
    }
}
