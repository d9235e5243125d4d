internal import Foundation

/// Programs that tests run beside themselves.
enum Shell {
    /// Runs a program to its end, lending it `input`; its status and what it printed.
    static func run(_ program: String, _ arguments: [String], input: String? = nil) -> (status: Int32, output: String) {
        let process = Process()
        // A server started in the background would keep what it inherits beyond its three streams: the pipes that are read to their end
        // here, and the socket by which the end of a process is heard of.
        let closing = #"for f in /proc/self/fd/*; do n=${f##*/}; ((n > 2)) && eval "exec $n>&-"; done 2>/dev/null; exec "$@""#
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", closing, "bash", program] + arguments
        let (output, feed) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = feed
        do { try process.run() } catch { return (-1, "\(error)") }
        feed.fileHandleForWriting.write(Data((input ?? "").utf8))
        try? feed.fileHandleForWriting.close()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
