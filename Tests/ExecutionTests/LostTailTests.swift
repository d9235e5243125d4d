internal import Execution
internal import Foundation
internal import StreamCore
internal import StreamTesting
internal import Testing

/// A power loss that took the end of the log, but not the state that had been written from it.
@Suite struct LostTailTests {
    private func pack(_ key: String, _ numbers: Range<Int>) -> [Sample] { numbers.map { Sample(key, $0, at: 1_000 + $0) } }

    /// A directory whose state knows 30 of `a`, whose log only 10.
    private func torn() async throws -> ScratchDirectory {
        let world = try await World(Jobs.counting)
        try world.publish(pack("ka", 0..<10))
        try await world.settled()
        let early = try world.directory.copy()
        for number in 10..<30 {
            try world.publish(pack("ka", number..<number + 1))
            try await eventually("it is counted") { try world.texts().count == number + 1 }
        }
        try await world.settled()
        await world.stop()
        try early.remove("state")
        try FileManager.default.copyItem(atPath: world.directory.child("state"), toPath: early.child("state"))
        return early
    }

    @Test func `state that knows more than the log is forgotten`() async throws {
        let world = try await World(Jobs.counting, in: try await torn())
        try world.publish(pack("ka", 10..<11))
        try await eventually("the next is counted") { try world.texts().last == "ka=11" }
        await world.stop()
    }

    @Test func `it stays forgotten when the process is killed after the log has grown past it`() async throws {
        let world = try await World(Jobs.counting, in: try await torn())
        try world.publish(pack("ka", 10..<11))
        try await eventually("the next is counted") { try world.texts().last == "ka=11" }
        for number in 0..<60 {
            try world.publish(pack("kb", number..<number + 1))
            try await eventually("it is counted") { try world.texts().last == "kb=\(number + 1)" }
        }
        try await world.settled()
        let again = try await world.crashed()
        try again.publish(pack("ka", 11..<12))
        try await eventually("the next is counted") { try again.texts().count == 72 }
        #expect(try again.texts().last == "ka=12")
        await again.stop()
    }
}
