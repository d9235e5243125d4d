import Foundation
import StreamCore
import Wire

/// The program as its users have it: a process of its own.
enum Launched {
    /// The repository's own folder.
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The binary that was built beside these tests.
    static let binary: URL = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("linehaul")
    }()

    /// What a process that has ended left.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String
        var json: JSON { (try? JSON(parsing: output)) ?? .null }
        var lines: [JSON] { output.split(separator: "\n").map { (try? JSON(parsing: String($0))) ?? .null } }
    }

    static func process(_ words: [String], in directory: String, _ environment: [String: String]) -> Process {
        let process = Process()
        process.executableURL = binary
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        var inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LINEHAUL_") }
        inherited.merge(environment) { $1 }
        process.environment = inherited
        return process
    }

    /// Runs the program to its end.
    static func run(
        _ words: String..., input: String = "", in directory: String = repository, environment: [String: String] = [:]
    ) throws -> Outcome {
        try run(words, input: input, in: directory, environment: environment)
    }

    /// Runs the program to its end.
    static func run(
        _ words: [String], input: String = "", in directory: String = repository, environment: [String: String] = [:]
    ) throws -> Outcome {
        let process = process(words, in: directory, environment)
        let scratch = try Scratch()
        try input.write(toFile: scratch.file("in"), atomically: true, encoding: .utf8)
        for name in ["out", "err"] { _ = FileManager.default.createFile(atPath: scratch.file(name), contents: nil) }
        process.standardInput = FileHandle(forReadingAtPath: scratch.file("in"))
        process.standardOutput = FileHandle(forWritingAtPath: scratch.file("out"))
        process.standardError = FileHandle(forWritingAtPath: scratch.file("err"))
        try process.run()
        process.waitUntilExit()
        return Outcome(code: process.terminationStatus, output: try scratch.text("out"), errors: try scratch.text("err"))
    }
}

/// A directory for one test, removed with the value.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-cli-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
    func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }
    func write(_ text: String, to name: String) throws { try text.write(toFile: file(name), atomically: true, encoding: .utf8) }

    /// A copy of the folder that ships, in which a text of a file is replaced.
    func topology(replacing old: String = "", with new: String = "", in name: String = "audit-anomaly.yaml") throws -> String {
        let folder = file("topology")
        if !FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.copyItem(atPath: "\(Launched.repository)/topology", toPath: folder)
        }
        if !old.isEmpty {
            let text = try text("topology/\(name)")
            try write(text.replacing(old, with: new), to: "topology/\(name)")
        }
        return folder
    }
}
