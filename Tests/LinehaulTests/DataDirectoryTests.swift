import Foundation
import Testing

@testable import linehaul

@Suite struct DataDirectoryTests {
    private func reason(_ work: () throws -> Void) -> String {
        do {
            try work()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func `a process has one name for as long as it has its directory`() throws {
        let scratch = try Scratch()
        let made = try DataDirectory(scratch.file("data")).instance
        #expect(UUID(uuidString: made) != nil)
        #expect(try DataDirectory(scratch.file("data")).instance == made)
        #expect(try DataDirectory(scratch.file("other")).instance != made)
    }

    @Test func `a directory that a process holds is no other's`() throws {
        let scratch = try Scratch()
        let held = try DataDirectory(scratch.path)
        let refusal = reason { _ = try DataDirectory(scratch.path) }
        #expect(refusal.contains("held by process \(ProcessInfo.processInfo.processIdentifier)"))
        #expect(refusal.contains("LINEHAUL_DATA"))
        #expect(held.path == scratch.path)
    }

    @Test func `a damaged name is refused with what to do, and left as it is`() throws {
        let scratch = try Scratch()
        try scratch.write("not a name\n", to: "instance")
        #expect(reason { _ = try DataDirectory(scratch.path) }.contains("put the one back that it had"))
        #expect(try scratch.text("instance") == "not a name\n")
        // The refusal lets go of the directory.
        #expect(reason { _ = try DataDirectory(scratch.path) }.contains("put the one back"))
    }

    @Test func `a place where nothing can be written is said`() {
        #expect(reason { _ = try DataDirectory("/proc/nothing") }.contains("/proc/nothing"))
    }
}
