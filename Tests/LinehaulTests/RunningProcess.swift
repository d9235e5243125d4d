import Foundation

/// `linehaul run` over a scratch directory, at a free port. Ended with the value, if it has not been.
final class RunningProcess {
    private let process: Process
    private let output = Pipe()
    /// Where its data is: gone with the last who holds it.
    private let scratch: Scratch
    private let errors = Pipe()
    /// Its data directory.
    private let data: String
    /// Where it serves.
    let url: String
    /// The line that it printed once it did.
    let greeting: String

    /// Starts it and waits until it serves.
    init(
        _ scratch: Scratch, _ words: [String] = ["topology"], in directory: String = Launched.repository,
        environment: [String: String] = [:]
    ) throws {
        self.scratch = scratch
        data = scratch.file("data")
        let usual = ["LINEHAUL_DATA": data, "LINEHAUL_LISTEN": "127.0.0.1:0"]
        process = Launched.process(["run"] + words, in: directory, usual.merging(environment) { $1 })
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        greeting = RunningProcess.line(output)
        guard let start = greeting.range(of: "http://"), let end = greeting[start.lowerBound...].firstIndex(of: ",") else {
            throw NotServing(greeting)
        }
        url = String(greeting[start.lowerBound..<end])
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Whether it is still there.
    var isRunning: Bool { process.isRunning }

    /// What is left of its log; to be asked once it has ended.
    var rest: String { String(decoding: (try? errors.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self) }

    /// Runs a command against it, as its machine does.
    func command(_ words: String..., input: String = "") throws -> Launched.Outcome {
        var all = words
        all.append(contentsOf: ["--url", url])
        return try Launched.run(all, input: input, environment: ["LINEHAUL_DATA": data])
    }

    /// The next line of its log that holds `text`; waits for it.
    func logged(_ text: String) -> String {
        while true {
            let line = RunningProcess.line(errors)
            if line.isEmpty || line.contains(text) { return line }
        }
    }

    /// Sends a signal and waits for the end; the exit code.
    func end(_ signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }

    private static func line(_ pipe: Pipe) -> String {
        var bytes: [UInt8] = []
        while let byte = try? pipe.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

struct NotServing: Error {
    let line: String
    init(_ line: String) { self.line = line }
}
