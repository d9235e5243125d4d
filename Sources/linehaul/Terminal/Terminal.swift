internal import CommandLine
internal import Glibc

/// Where a command prints: standard output for what was asked for, standard error for everything else.
struct Terminal: Sendable {
    /// Whether a person reads standard output.
    let isInteractive = isatty(STDOUT_FILENO) == 1
    /// Whether a person reads standard error.
    let isErrorInteractive = isatty(STDERR_FILENO) == 1

    /// How many columns a line may have; `nil` where no person reads.
    var width: Int? {
        guard isInteractive else { return nil }
        var size = winsize()
        return unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    /// Writes text to standard output as it is.
    func print(_ text: String) { _ = print(Array(text.utf8)) }

    /// Writes bytes to standard output, all of them; `false` once nobody reads it any more.
    func print(_ bytes: [UInt8]) -> Bool { writeAll(bytes, to: STDOUT_FILENO) }

    /// Writes a line to standard error.
    func complain(_ line: String) { writeAll(Array("linehaul: \(line)\n".utf8), to: STDERR_FILENO) }

    /// Writes a line to standard error that is no complaint.
    func note(_ line: String) { writeAll(Array("\(line)\n".utf8), to: STDERR_FILENO) }

    /// A line of progress on standard error.
    func progress(_ label: String, unit: String) -> Progress {
        Progress(label, unit: unit, isTerminal: isErrorInteractive) { writeAll(Array($0.utf8), to: STDERR_FILENO) }
    }
}

/// Writes every byte, however many calls that takes; `false` where the reader has gone.
@discardableResult private func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
    }
    return true
}

/// `1 job`, `2 jobs`.
func counted(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

/// A line that says how far long work has come; Foundation has a `Progress` of its own.
typealias ProgressLine = Progress
