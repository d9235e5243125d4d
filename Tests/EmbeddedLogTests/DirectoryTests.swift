internal import EmbeddedLog
internal import EventLog
internal import Foundation
internal import Testing

@Suite struct DirectoryTests {
    private func open(_ path: String) throws -> EmbeddedLog { try EmbeddedLog(directory: path, clock: { noon }) }

    @Test func `a second opening is refused by the name of the holder and what to do`() throws {
        let scratch = try Scratch()
        let log = try open(scratch.path)
        defer { log.close() }
        let failure = #expect(throws: LogFailure.self) { try open(scratch.path) }
        #expect(failure?.kind == .refused)
        let reason = failure?.reason ?? ""
        #expect(reason.contains(scratch.path) && reason.contains("process \(ProcessInfo.processInfo.processIdentifier)"), "\(reason)")
        #expect(reason.contains("since 1970-01-01T00:00:01"), "\(reason)")
        #expect(reason.contains("another directory"), "\(reason)")
    }

    @Test func `a directory held by another process is refused by that process's name, and free once it ends`() throws {
        let scratch = try Scratch()
        try open(scratch.path).close()
        let lock = scratch.path + "/LOCK"
        let holder = Process()
        let ready = Pipe()
        let hold = Pipe()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        holder.arguments = ["--no-fork", lock, "/bin/sh", "-c", "printf 'process 71 (depot)' > \(lock); echo ready; read line"]
        holder.standardOutput = ready
        holder.standardInput = hold
        try holder.run()
        _ = ready.fileHandleForReading.availableData
        let failure = #expect(throws: LogFailure.self) { try open(scratch.path) }
        #expect(failure?.kind == .refused)
        #expect(failure?.reason.contains("held by process 71 (depot)") == true, "\(failure?.reason ?? "")")
        try hold.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        holder.waitUntilExit()
        try open(scratch.path).close()
    }

    @Test func `a reader that is still open keeps the directory, and closing it frees it`() throws {
        let scratch = try Scratch()
        let log = try open(scratch.path)
        let reader = try log.makeReader {}
        log.close()
        #expect(throws: LogFailure.self) { try open(scratch.path) }
        reader.close()
        try open(scratch.path).close()
    }

    @Test func `a directory of something else is left alone`() throws {
        let scratch = try Scratch()
        try Data("precious".utf8).write(to: URL(fileURLWithPath: scratch.path + "/photos"))
        let failure = #expect(throws: LogFailure.self) { try open(scratch.path) }
        #expect(failure?.kind == .refused)
        #expect(failure?.reason.contains("photos") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["LOCK", "photos"])
    }

    @Test func `a creation that was cut off is taken up again`() throws {
        let scratch = try Scratch()
        try Data("linehaul embedded log 1, being created\n".utf8).write(to: URL(fileURLWithPath: scratch.path + "/FORMAT"))
        let log = try open(scratch.path)
        defer { log.close() }
        #expect(try log.topics().isEmpty)
        #expect(log.recovery.isClean)
    }

    @Test func `using a closed log is unavailable`() throws {
        let scratch = try Scratch()
        let log = try open(scratch.path)
        log.close()
        let failure = #expect(throws: LogFailure.self) { _ = try log.topics() }
        #expect(failure?.kind == .unavailable)
    }
}
