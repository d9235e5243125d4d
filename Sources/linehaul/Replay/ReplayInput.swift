internal import Glibc
internal import Inspection
internal import StreamCore
internal import Wire

/// A file of an inlet's records, read batch by batch in the order of its lines. Empty lines are passed over.
struct ReplayInput {
    /// How a file's lines are written.
    enum Format: String {
        /// A line is a value.
        case values
        /// A line is an object of key, value, headers and timestamp.
        case records
    }

    /// A line that is no record, and why.
    struct BadLine {
        let line: [UInt8]
        let reason: String
    }

    /// The inlet it feeds.
    let inlet: String
    /// Whether all of it goes before the first record of the others: rules, reference data.
    let isReadFirst: Bool
    private let format: Format
    private let name: String
    private var lines: InputLines
    private let reader = RecordLineReader(keyField: nil, time: EventTime(microseconds: 0))
    private static let readBytes = 1 << 20

    /// Opens a file; `-` is standard input.
    init(inlet: String, file: String, format: Format, isReadFirst: Bool) throws(CommandFailure) {
        self.inlet = inlet
        self.format = format
        self.isReadFirst = isReadFirst
        name = file == "-" ? "standard input" : file
        let descriptor = file == "-" ? STDIN_FILENO : unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure("opening \(file): \(unsafe String(cString: strerror(errno)))") }
        lines = InputLines(file: descriptor)
    }

    /// The next records, and the lines among them that are none; `nil` at the end.
    mutating func next() throws(CommandFailure) -> (batch: RecordBatch, bad: [BadLine])? {
        guard let chunk = try lines.next(upTo: ReplayInput.readBytes) else { return nil }
        var builder = BatchBuilder(capacity: chunk.bytes.count + chunk.lines * 32 + 1_024)
        var bad: [BadLine] = []
        unsafe chunk.bytes.withUnsafeBytes { bytes in
            switch format {
            case .values:
                let time = EventTime(microseconds: 0)
                unsafe ReplayInput.forEachLine(bytes) { line in
                    builder.append(key: nil, time: time) { unsafe $0.raw(line) }
                }
            case .records:
                unsafe JSONParser.withPadding(bytes) { padded in
                    unsafe ReplayInput.forEachLine(padded) { line in
                        do throws(DecodeFailure) {
                            builder.append(try unsafe reader.record(line))
                        } catch {
                            bad.append(BadLine(line: unsafe Array(line), reason: error.reason))
                        }
                    }
                }
            }
        }
        return (builder.finish(), bad)
    }

    private static func forEachLine(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard let first = bytes.baseAddress else { return }
        var start = 0
        while start < bytes.count {
            let found = unsafe memchr(first + start, 0x0a, bytes.count - start)
            let end = unsafe found.map { unsafe UnsafeRawPointer($0) - first } ?? bytes.count
            let cut = unsafe end > start && bytes[end - 1] == 0x0d ? end - 1 : end
            if cut > start { unsafe body(UnsafeRawBufferPointer(rebasing: bytes[start..<cut])) }
            start = end + 1
        }
    }
}
