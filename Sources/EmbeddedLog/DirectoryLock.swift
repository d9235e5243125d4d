internal import EventLog
internal import Glibc
internal import StreamCore

/// A log directory held by this process: a locked file that names its holder. The kernel lets go of it however the process ends.
@safe final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes `directory`, or says who has it.
    init(_ directory: String, at now: EventTime) throws(LogFailure) {
        let path = "\(directory)/LOCK"
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw LogFailure(
                .refused, "opening log directory \(directory): cannot write \(path): \(SystemFile.lastError); check its owner and mode")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? SystemFile.read(path)) ?? ""
            Glibc.close(file)
            let who = holder.isEmpty ? "another process (\(path) does not name it)" : holder
            throw LogFailure(
                .refused,
                "opening log directory \(directory): held by \(who); one process at a time holds it: reach that one over HTTP, "
                    + "stop it, or give this one another directory")
        }
        // ORDER: last, so that a refusal, which closes the file itself, leaves nothing for `deinit` to close again.
        descriptor = file
        let text = "process \(getpid()) (\(SystemFile.command)) since \(now)"
        ftruncate(descriptor, 0)
        _ = unsafe Array(text.utf8).withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { Glibc.close(descriptor) }
}
