internal import Foundation
internal import Inspection
internal import StreamCore
internal import Synchronization

/// Measures this process with the system's own counters.
final class ProcessFigures: Sendable {
    private let directory: String
    private let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    private let last = Mutex<(used: Double, at: EventTime)>((0, SystemClock.now()))

    /// Figures of a process that keeps its data in `directory`.
    init(directory: String) { self.directory = directory }

    func measure() -> SystemFigures {
        SystemFigures(processor: processorShare(), memory: residentBytes(), diskFree: freeBytes())
    }

    private func processorShare() -> Double {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let used = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        let now = SystemClock.now()
        return last.withLock { last in
            defer { last = (used, now) }
            let elapsed = Double(now.since(last.at).microseconds) / 1e6
            return elapsed > 0 ? min(1, max(0, (used - last.used) / elapsed / Double(cores))) : 0
        }
    }

    private func residentBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    private func freeBytes() -> Int {
        var status = statvfs()
        guard unsafe statvfs(directory, &status) == 0 else { return 0 }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
