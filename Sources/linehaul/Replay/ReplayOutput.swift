internal import Glibc
internal import Inspection
internal import StreamCore

/// Writes what a replayed job says: a line `{"outlet","key","timestamp","value"}` for each record.
final class ReplayOutput {
    private let file: Int32
    private let name: String
    private let text = ValueText()
    private var out = ByteWriter(capacity: 2 * ReplayOutput.flushBytes)
    private var failure: CommandFailure?
    /// How many records each outlet got.
    private(set) var counts: [String: Int] = [:]

    private static let flushBytes = 256 << 10
    private static let deadLetters = "dlq"

    /// Writes to a file, which is made or emptied; `-` is standard output.
    init(_ path: String, _ terminal: Terminal) throws(CommandFailure) {
        name = path == "-" ? "standard output" : path
        file = path == "-" ? STDOUT_FILENO : unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if file < 0 { throw CommandFailure("opening \(path): \(unsafe String(cString: strerror(errno)))") }
    }

    /// Takes a batch that left by an outlet.
    func write(_ batch: RecordBatch, from outlet: String) {
        counts[outlet, default: 0] += batch.count
        for index in 0..<batch.count {
            begin(outlet)
            unsafe batch.withKey(index) { unsafe text.member("key", text: $0, into: &out) }
            out.raw(#","timestamp":"#.utf8)
            out.jsonString(batch.time(index).rfc3339)
            out.byte(UInt8(ascii: ","))
            unsafe batch.withValue(index) { unsafe text.member("value", document: $0, into: &out) }
            if outlet == ReplayOutput.deadLetters { tell(batch.headers(index)) }
            end()
        }
    }

    /// Takes a line of an input that is no record.
    func refuse(_ inlet: String, _ line: ReplayInput.BadLine) {
        counts[ReplayOutput.deadLetters, default: 0] += 1
        begin(ReplayOutput.deadLetters)
        out.raw(#""key":null,"timestamp":null,"#.utf8)
        unsafe line.line.withUnsafeBytes { unsafe text.member("value", text: $0, into: &out) }
        member("inlet", inlet)
        member("reason", line.reason)
        end()
    }

    private func begin(_ outlet: String) {
        out.raw(#"{"outlet":"#.utf8)
        out.jsonString(outlet)
        out.byte(UInt8(ascii: ","))
    }

    /// Says of a dead letter which inlet refused it, which record of that inlet's it was, counted from 1, and why.
    private func tell(_ headers: [Header]) {
        func text(_ name: String) -> String? { headers[name]?.value.map { String(decoding: $0, as: UTF8.self) } }
        if let inlet = text("dlq.topic") { member("inlet", inlet) }
        if let offset = text("dlq.offset").flatMap({ Int64($0) }) { out.raw(#","record":\#(offset + 1)"#.utf8) }
        if let reason = text("dlq.reason") { member("reason", reason) }
    }

    private func member(_ name: String, _ text: String) {
        out.raw(#","\#(name)":"#.utf8)
        out.jsonString(text)
    }

    private func end() {
        out.raw("}\n".utf8)
        if out.count >= ReplayOutput.flushBytes { flush() }
    }

    /// Fails where something could not be written; asked between batches.
    func check() throws(CommandFailure) { if let failure { throw failure } }

    /// Writes what is left.
    func finish() throws(CommandFailure) {
        flush()
        try check()
    }

    private func flush() {
        let bytes = out.take()
        var rest = bytes[...]
        while !rest.isEmpty, failure == nil {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { failure = CommandFailure("writing to \(name): \(unsafe String(cString: strerror(errno)))") }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
