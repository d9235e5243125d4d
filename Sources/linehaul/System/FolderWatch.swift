internal import Dispatch
internal import Foundation
internal import Inspection
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Topology

/// Looks at a topology folder now and then and has it applied when a file in it changed, so that editing a file deploys it.
///
/// A change counts once two looks in a row saw the same: editors write in several steps.
final class FolderWatch: Sendable {
    private struct State {
        var applied: [String: String]
        var seen: [String: String]
    }

    private let directory: String
    private let host: JobHost
    private let logger: Logger
    private let state: Mutex<State>

    private init(_ directory: String, _ host: JobHost, _ logger: Logger) {
        self.directory = directory
        self.host = host
        self.logger = logger
        let now = FolderWatch.look(directory)
        state = Mutex(State(applied: now, seen: now))
    }

    /// A service that looks twice a second.
    static func service(_ directory: String, _ host: JobHost, _ logger: Logger) -> PeriodicService {
        let watch = FolderWatch(directory, host, logger)
        return PeriodicService("watch", every: .milliseconds(500)) { watch.round() }
    }

    private func round() {
        let now = FolderWatch.look(directory)
        let isDue = state.withLock { state in
            defer { state.seen = now }
            guard now == state.seen, now != state.applied else { return false }
            state.applied = now
            return true
        }
        if !isDue { return }
        let (directory, host, logger) = (directory, host, logger)
        let done = DispatchSemaphore(value: 0)
        Task {
            do {
                let answer = try await host.apply(TopologyFolder(directory: directory))
                let changed = (answer["jobs"]?.array ?? []).filter { $0["change"]?.string != PlanDifference.Change.unchanged.rawValue }
                for job in changed {
                    logger.info("topology applied", [.job: job["job"]?.string ?? "", .reason: job["change"]?.string ?? ""])
                }
                if changed.isEmpty { logger.info("topology applied; no job changed", [.path: directory]) }
            } catch {
                for line in "\(error)".split(separator: "\n") {
                    logger.error("topology not applied; what ran runs on", [.path: directory, .reason: String(line)])
                }
            }
            done.signal()
        }
        done.wait()
    }

    /// Each file with its size and when it was changed.
    private static func look(_ directory: String) -> [String: String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        var files: [String: String] = [:]
        for name in names where TopologyFolder.counts(name) {
            var facts = stat()
            guard unsafe stat("\(directory)/\(name)", &facts) == 0 else { continue }
            files[name] = "\(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
        }
        return files
    }
}
