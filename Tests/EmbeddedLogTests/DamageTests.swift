internal import EmbeddedLog
internal import EventLog
internal import Foundation
internal import Testing

@Suite struct DamageTests {
    private static let transactions = 200

    /// What was seen of one damaged directory.
    private enum Seen {
        case whole
        case prefix(Int, RecoveryReport)
        case refused(LogFailure)
        case unreadable(LogFailure)
    }

    private static func look(_ directory: String) throws -> Seen {
        let log: EmbeddedLog
        do {
            log = try EmbeddedLog(directory: directory, settings: Ledger.settings, clock: { noon })
        } catch {
            return .refused(error)
        }
        defer { log.close() }
        do {
            let count = try Ledger.count(log)
            // It must also go on from there.
            let writer = try log.makeWriter("slot-0")
            defer { writer.close() }
            if try log.topics().count == 2 { try Ledger.write(count + 1, writer) }
            return count == transactions ? .whole : .prefix(count, log.recovery)
        } catch let failure as LogFailure {
            return .unreadable(failure)
        }
    }

    private static func damage(_ path: String, _ random: inout SeededGenerator) throws -> String {
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let kind = Int.random(in: 0..<10, using: &random)
        if kind == 0 || bytes.isEmpty {
            try FileManager.default.removeItem(atPath: path)
            return "removed"
        }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch kind {
        case 1, 2, 3: bytes.removeSubrange(at...)
        case 4: for index in at..<min(bytes.count, at + 512) { bytes[index] = 0 }
        case 5: for index in at..<min(bytes.count, at + 64) { bytes[index] = UInt8.random(in: 0...255, using: &random) }
        default: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return "kind \(kind) at \(at) of \(bytes.count)"
    }

    @Test func `a directory damaged at random places opens to a prefix and says so, or is refused by the name of a file`() throws {
        let scratch = try Scratch()
        try Ledger.make(Self.transactions, in: scratch.path + "/origin", killedInto: scratch.path + "/killed")
        var random = SeededGenerator(seed: 20_260_101)
        var tally: [String: Int] = [:]
        for round in 0..<120 {
            let directory = scratch.path + "/\(round)"
            try FileManager.default.copyItem(atPath: scratch.path + "/killed", toPath: directory)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let database = directory + "/rocksdb"
            let names =
                try FileManager.default.contentsOfDirectory(atPath: database).sorted().map { database + "/" + $0 }
                + ["FORMAT", "HEAD"].map { directory + "/" + $0 }
            let file = try #require(names.filter { !$0.hasSuffix("LOCK") && !$0.hasSuffix("/LOG") }.randomElement(using: &random))
            let how = try Self.damage(file, &random)
            let place: Comment = "round \(round): \(file.split(separator: "/").last ?? "") \(how)"
            switch try Self.look(directory) {
            case .whole: tally["whole", default: 0] += 1
            case .prefix(let count, let report):
                tally["prefix", default: 0] += 1
                #expect(!report.isClean, "\(place) silently became \(count) transactions")
            case .refused(let failure):
                tally["refused", default: 0] += 1
                #expect(failure.kind == .damaged || failure.kind == .refused, place)
                #expect(failure.reason.contains(directory), place)
                #expect(
                    ["MANIFEST", "CURRENT", ".log", ".sst", ".blob", "FORMAT", "OPTIONS"].contains { failure.reason.contains($0) },
                    "\(place): \(failure)")
            case .unreadable(let failure): Issue.record("\(place) opened and could not be read: \(failure)")
            }
        }
        #expect(tally.keys.sorted() == ["prefix", "refused", "whole"], "\(tally)")
    }

    @Test func `damage that opening did not look at is told by place and file when it is read`() throws {
        let scratch = try Scratch()
        try Ledger.make(60, in: scratch.path + "/origin", killedInto: scratch.path + "/killed")
        let database = scratch.path + "/killed/rocksdb"
        let blob = try #require(FileManager.default.contentsOfDirectory(atPath: database).filter { $0.hasSuffix(".blob") }.sorted().first)
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: database + "/" + blob)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: database + "/" + blob))
        var settings = Ledger.settings
        settings.verifiedBytes = 0
        let log = try EmbeddedLog(directory: scratch.path + "/killed", settings: settings, clock: { noon })
        defer { log.close() }
        let failure = #expect(throws: LogFailure.self) { _ = try Ledger.count(log) }
        #expect(failure?.kind == .damaged)
        let reason = failure?.reason ?? ""
        #expect(reason.contains("reading ledger/") && reason.contains("at offset") && reason.contains("\(database)/\(blob)"), "\(reason)")
    }

    @Test(arguments: [false, true]) func `a write-ahead log that was removed or emptied is noticed`(_ isRemoved: Bool) throws {
        let scratch = try Scratch()
        try Ledger.make(60, in: scratch.path + "/origin", killedInto: scratch.path + "/killed")
        let database = scratch.path + "/killed/rocksdb"
        for name in try FileManager.default.contentsOfDirectory(atPath: database) where name.hasSuffix(".log") {
            try FileManager.default.removeItem(atPath: database + "/" + name)
            if !isRemoved { try Data().write(to: URL(fileURLWithPath: database + "/" + name)) }
        }
        let log = try EmbeddedLog(directory: scratch.path + "/killed", settings: Ledger.settings, clock: { noon })
        defer { log.close() }
        #expect(try Ledger.count(log) < 60)
        #expect(log.recovery.droppedTail?.contains("to 61 had been acknowledged") == true, "\(log.recovery)")
    }

    @Test func `a power loss that cuts the write-ahead log leaves every transaction wholly there or wholly absent`() throws {
        let scratch = try Scratch()
        try Ledger.make(60, in: scratch.path + "/origin", killedInto: scratch.path + "/killed")
        let logs = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/killed/rocksdb").filter { $0.hasSuffix(".log") }
            .sorted()
        let newest = try #require(logs.last)
        let size = try #require(FileManager.default.attributesOfItem(atPath: scratch.path + "/killed/rocksdb/" + newest)[.size] as? Int)
        var random = SeededGenerator(seed: 7)
        var counts: Set<Int> = []
        for round in 0..<60 {
            let directory = scratch.path + "/\(round)"
            try FileManager.default.copyItem(atPath: scratch.path + "/killed", toPath: directory)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: directory + "/rocksdb/" + newest))
            let cut = Int.random(in: 0...size, using: &random)
            try file.truncate(atOffset: UInt64(cut))
            // Half of the time the file system had already lengthened the file.
            if round % 2 == 0 { try file.truncate(atOffset: UInt64(size)) }
            try file.close()
            let log = try EmbeddedLog(directory: directory, settings: Ledger.settings, clock: { noon })
            defer { log.close() }
            counts.insert(try Ledger.count(log))
        }
        #expect(counts.count > 5)
    }
}
