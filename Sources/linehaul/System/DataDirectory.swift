internal import Foundation

/// The directory of everything a process keeps, held by this process as long as the value lives, and the name that it gives the process.
///
/// The name is made once and stays with the directory, so that a process that starts again is the one it was: to Kafka the same member of
/// its group and the same writer.
@safe final class DataDirectory: Sendable {
    /// Where it is.
    let path: String
    /// What this process is known by across restarts.
    let instance: String
    private let descriptor: Int32

    /// Takes the directory, made where it is missing; says who has it where another process does.
    init(_ path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure("making data directory \(path): \(error.localizedDescription); set LINEHAUL_DATA to one that can be written")
        }
        let lock = "\(path)/LOCK"
        let file = unsafe open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw CommandFailure("opening data directory \(path): cannot write \(lock): \(lastError); check its owner and mode")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: lock, encoding: .utf8)) ?? ""
            close(file)
            throw CommandFailure(
                "opening data directory \(path): held by \(holder.isEmpty ? "another process" : holder); one process at a time holds it: "
                    + "reach that one over HTTP, stop it, or give this one another LINEHAUL_DATA")
        }
        do {
            instance = try DataDirectory.instance(in: path)
        } catch {
            close(file)
            throw error
        }
        descriptor = file
        ftruncate(descriptor, 0)
        _ = unsafe Array("process \(getpid())".utf8).withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { close(descriptor) }

    /// The name in the file `instance`, made where there is none yet.
    private static func instance(in directory: String) throws -> String {
        let file = "\(directory)/instance"
        guard FileManager.default.fileExists(atPath: file) else {
            let made = UUID().uuidString.lowercased()
            do {
                // Written aside and renamed: it is there whole or not at all.
                try Data("\(made)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            } catch {
                throw CommandFailure("writing \(file): \(error.localizedDescription); check its owner, its mode and the disk")
            }
            return made
        }
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        guard let id = UUID(uuidString: text.filter { !$0.isWhitespace }) else {
            throw CommandFailure(
                "reading \(file): it holds no name of a process such as \(UUID().uuidString.lowercased()); put the one back that it had, or, "
                    + "where no process of that name runs any more, remove the file: a new one is made")
        }
        return id.uuidString.lowercased()
    }
}

private var lastError: String { unsafe String(cString: strerror(errno)) }
