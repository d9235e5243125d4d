internal import Foundation
internal import StreamCore
internal import Tokens

/// What lets the commands of a machine speak to the process that runs there, before there is any other key: a file in the data directory
/// that its owner alone can read.
enum MachineToken {
    private static let name = "token"

    /// The token of that directory, made where there is none yet.
    static func of(_ directory: String) throws -> Secret {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                "making data directory \(directory): \(error.localizedDescription); set LINEHAUL_DATA to one that can be written")
        }
        let file = "\(directory)/\(name)"
        if let known = try load(file) { return known }
        guard let bytes = secureRandomBytes(32) else { throw CommandFailure("making \(file): the system gives no random bytes") }
        let text = "lhm_" + Base64.url.encode(bytes)
        // Readable by its owner from its first byte on; whoever comes second takes what the first has made.
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 {
            guard errno == EEXIST, let made = try load(file) else { throw failure("making", file) }
            return made
        }
        defer { close(descriptor) }
        let line = Array("\(text)\n".utf8)
        guard unsafe write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else { throw failure("writing", file) }
        return Secret(text)
    }

    /// The token of that directory for a command of the same machine; `nil` where there is none, or none that this user may read.
    static func known(in directory: String) -> Secret? { try? load("\(directory)/\(name)") }

    private static func load(_ file: String) throws -> Secret? {
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw failure("reading", file)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("reading", file) }
        guard status.st_mode & 0o077 == 0 else {
            throw CommandFailure("reading \(file): others than its owner may read it; chmod 600 it, or remove it: a new one is made")
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).filter { !$0.isWhitespace }
        guard text.utf8.count >= 32 else {
            throw CommandFailure("reading \(file): it holds no token; remove it: a new one is made at the next start")
        }
        return Secret(text)
    }

    private static func failure(_ doing: String, _ file: String) -> CommandFailure {
        CommandFailure("\(doing) \(file): \(unsafe String(cString: strerror(errno))); check its owner, its mode and the disk")
    }
}
