internal import Compression
internal import Foundation
public import StreamCore

/// Where savepoints lie: a file `<job>/<name>.savepoint` each. Every call waits for the disk.
public struct SavepointFolder: Sendable {
    /// A savepoint that is there.
    public struct Entry: Hashable, Sendable {
        /// The job's name.
        public let job: String
        /// Its name.
        public let name: String
        /// How many bytes the file has.
        public let bytes: Int
        /// What its head says; `nil` where that cannot be read.
        public let summary: SavepointSummary?
        /// Why it cannot be read.
        public let problem: String?
    }

    private let directory: String
    private static let ending = ".savepoint"

    /// The savepoints below `directory`, which is made with the first one.
    public init(_ directory: String) { self.directory = directory }

    /// Writes a savepoint under a name that is free: wholly or not at all, also across a power loss.
    public func save(_ savepoint: Savepoint, as name: String) throws(SavepointFailure) -> Entry {
        let path = try path(savepoint.job, name)
        let what = "writing savepoint \(name) of \(savepoint.job)"
        if FileManager.default.fileExists(atPath: path) {
            throw SavepointFailure(.refused, "\(what): there is one of that name; drop it or choose another")
        }
        let bytes: [UInt8]
        do throws(CompressionFailure) {
            bytes = try SavepointForm.encode(savepoint)
        } catch {
            throw SavepointFailure(.unavailable, "\(what): \(error)")
        }
        let folder = "\(directory)/\(savepoint.job)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw SavepointFailure(.unavailable, "\(what): \(folder) cannot be made: \(error.localizedDescription)")
        }
        try SyncedFile.write(bytes, to: path, in: folder, what)
        return Entry(job: savepoint.job, name: name, bytes: bytes.count, summary: savepoint.summary, problem: nil)
    }

    /// Reads a savepoint, every byte of it checked.
    public func load(_ name: String, of job: String) throws(SavepointFailure) -> Savepoint {
        let path = try path(job, name)
        guard let data = FileManager.default.contents(atPath: path) else { throw unknown(name, job) }
        do throws(DecodeFailure) {
            let savepoint = try SavepointForm.decode(Array(data))
            guard savepoint.job == job else { throw DecodeFailure("it is one of job \(savepoint.job)") }
            return savepoint
        } catch {
            throw SavepointFailure(.damaged, "reading savepoint \(name) of \(job), \(path): \(error); nothing was changed")
        }
    }

    /// The savepoints of a job, or of all; newest first, those that cannot be read last.
    public func list(_ job: String? = nil) -> [Entry] {
        let jobs = job.map { [$0] } ?? ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
        let found = jobs.filter(SavepointFolder.isName).flatMap { job in
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(job)")) ?? []).sorted()
                .filter { $0.hasSuffix(SavepointFolder.ending) }
                .map { entry(String($0.dropLast(SavepointFolder.ending.count)), job) }
        }
        return found.sorted {
            ($0.summary?.created ?? .distantPast, $1.job, $1.name) > ($1.summary?.created ?? .distantPast, $0.job, $0.name)
        }
    }

    private func entry(_ name: String, _ job: String) -> Entry {
        let path = "\(directory)/\(job)/\(name)\(SavepointFolder.ending)"
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        do throws(DecodeFailure) {
            let summary = try SavepointForm.head(firstBytes(of: path)).summary
            return Entry(job: job, name: name, bytes: size, summary: summary, problem: nil)
        } catch {
            return Entry(job: job, name: name, bytes: size, summary: nil, problem: error.reason)
        }
    }

    /// A file's head, as far as there is one.
    private func firstBytes(of path: String) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        let lead = (try? file.read(upToCount: SavepointForm.lead)).flatMap { $0 }.map { Array($0) } ?? []
        guard let end = SavepointForm.headEnd(lead) else { return lead }
        return lead + ((try? file.read(upToCount: end - lead.count)).flatMap { $0 }.map { Array($0) } ?? [])
    }

    /// Deletes a savepoint.
    public func drop(_ name: String, of job: String) throws(SavepointFailure) {
        let path = try path(job, name)
        guard FileManager.default.fileExists(atPath: path) else { throw unknown(name, job) }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw SavepointFailure(.unavailable, "dropping savepoint \(name) of \(job): \(error.localizedDescription)")
        }
    }

    /// The name of a savepoint that was given none: the instant, as a file may be called.
    public static func name(at instant: EventTime) -> String { instant.rfc3339.replacing(":", with: "-") }

    private func unknown(_ name: String, _ job: String) -> SavepointFailure {
        let names = list(job).map(\.name)
        let hint = nearest(to: name, among: names).map { "did you mean \($0)?" } ?? "`linehaul savepoint list \(job)` shows what there is"
        return SavepointFailure(.notFound, "job \(job) has no savepoint \(name); \(hint)")
    }

    private static func isName(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count) && !text.hasPrefix(".") && text.wholeMatch(of: /[A-Za-z0-9._+-]+/) != nil
    }

    private func path(_ job: String, _ name: String) throws(SavepointFailure) -> String {
        for (what, text) in [("a job's name", job), ("a savepoint's name", name)] {
            guard SavepointFolder.isName(text) else {
                throw SavepointFailure(
                    .refused, "\(what) has 1 to 100 letters, digits, `.`, `_`, `+` or `-` and begins with no dot: \(text)")
            }
        }
        return "\(directory)/\(job)/\(name)\(SavepointFolder.ending)"
    }
}
