internal import Dataflow
internal import Glibc
internal import Pgoutput
internal import StreamCore

/// Messages of the stream in a file without a name: written in order, then read in order, and gone with whoever holds it.
final class Spool {
    /// A message as it came.
    struct Message {
        let payload: [UInt8]
        let start: LogPosition
        /// The part of its transaction that it belongs to.
        let part: UInt32
    }

    private let directory: String
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var window: [UInt8] = []
    private var cursor = 0
    private var readTo = 0

    /// How many bytes are written or read at a time.
    private static let piece = 256 << 10
    /// A message's length, part and place.
    private static let head = 16

    /// An empty file in that directory.
    init(in directory: String) throws(StageFailure) {
        self.directory = directory
        let path = "\(directory)/linehaul-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw Spool.failure(directory) }
        unsafe unlink(path)
    }

    deinit { close(descriptor) }

    /// Adds a message.
    func append(_ message: Message) throws(StageFailure) {
        var head = ByteWriter(capacity: Spool.head)
        head.ordered(UInt32(message.payload.count))
        head.ordered(message.part)
        head.ordered(message.start.number)
        pending += head.bytes
        pending += message.payload
        if pending.count >= Spool.piece { try flush() }
    }

    /// The next message; `nil` after the last. Nothing is added from the first call on.
    func next() throws(StageFailure) -> Message? {
        if !pending.isEmpty { try flush() }
        guard try fill(Spool.head) else { return nil }
        let (length, part, start) = (Int(number(4)), UInt32(number(4)), LogPosition(number(8)))
        guard try fill(length) else { throw StageFailure("reading back a large transaction: its end is missing", blame: .system) }
        return Message(payload: take(length), start: start, part: part)
    }

    private func number(_ bytes: Int) -> UInt64 { take(bytes).reduce(0) { $0 << 8 | UInt64($1) } }

    private func take(_ count: Int) -> [UInt8] {
        defer { cursor += count }
        return Array(window[cursor..<cursor + count])
    }

    /// Has so many bytes in the window; `false` where the file ends before.
    private func fill(_ count: Int) throws(StageFailure) -> Bool {
        if window.count - cursor >= count { return true }
        window.removeFirst(cursor)
        cursor = 0
        while window.count < count {
            var chunk = [UInt8](repeating: 0, count: max(Spool.piece, count - window.count))
            let found = unsafe chunk.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(readTo)) }
            if found < 0, errno == EINTR { continue }
            if found < 0 { throw Spool.failure(directory) }
            if found == 0 { return false }
            window += chunk[..<found]
            readTo += found
        }
        return true
    }

    private func flush() throws(StageFailure) {
        var done = 0
        while done < pending.count {
            let count = unsafe pending.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw Spool.failure(directory) }
            done += count
        }
        pending.removeAll(keepingCapacity: true)
    }

    private static func failure(_ directory: String) -> StageFailure {
        let reason = unsafe String(cString: strerror(errno))
        return StageFailure(
            "keeping a large transaction in \(directory): \(reason); make room there, or name another directory in the job's `spill`",
            blame: .system, remedy: .wait)
    }
}
