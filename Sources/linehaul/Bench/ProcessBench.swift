internal import Foundation
internal import HTTPClient
internal import StreamCore

/// `linehaul bench process`: the program itself as a process: how soon it serves, what it costs when idle.
struct ProcessBench {
    var runs = 5
    var idleSeconds = 10

    func run(in scratch: BenchScratch, folder: String) async throws -> JSON {
        var starts: [Double] = []
        var idle: (resident: Int, share: Double) = (0, 0)
        for number in 0..<runs {
            let port = 20_000 + Int(getpid()) % 20_000 + number
            let process = Process()
            process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])
            process.arguments = ["run", folder]
            process.environment = ProcessInfo.processInfo.environment.merging(
                ["LINEHAUL_DATA": "\(scratch.path)/\(number)", "LINEHAUL_LISTEN": "127.0.0.1:\(port)"]) { $1 }
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            let begin = SystemClock.now()
            try process.run()
            starts.append(try serving("http://127.0.0.1:\(port)", since: begin))
            if number == 0 { idle = try await cost(of: process.processIdentifier) }
            process.terminate()
            process.waitUntilExit()
        }
        return .object([
            "runs": .integer(Int64(runs)), "start_median_ms": .number(starts.percentile(0.5)), "start_max_ms": .number(starts.max() ?? 0),
            "idle_resident_bytes": .integer(Int64(idle.resident)), "idle_cpu_percent": .number(idle.share * 100),
        ])
    }

    /// Milliseconds until the address answers that it is ready.
    private func serving(_ address: String, since begin: EventTime) throws -> Double {
        let session = HTTPSession()
        while true {
            let spent = Double(SystemClock.now().since(begin).microseconds) / 1_000
            if let answer = try? session.send(HTTPClientRequest("GET", "\(address)/health/ready")), answer.status == 200 { return spent }
            if spent > 20_000 { throw BenchFailure("\(address) did not become ready within 20 s") }
            usleep(1_000)
        }
    }

    /// Resident bytes after some idle seconds, and the share of one core that they cost.
    private func cost(of process: Int32) async throws -> (resident: Int, share: Double) {
        try await Task.sleep(for: .seconds(2))
        let before = try ticks(of: process)
        try await Task.sleep(for: .seconds(idleSeconds))
        let spent = try ticks(of: process) - before
        let pages = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
        let resident = (pages.count > 1 ? Int(pages[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
        return (resident, Double(spent) / Double(sysconf(Int32(_SC_CLK_TCK))) / Double(idleSeconds))
    }

    /// User and system time of a process so far, in clock ticks: fields 14 and 15 of `/proc/PID/stat` (proc(5)).
    private func ticks(of process: Int32) throws -> Int {
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
            throw BenchFailure("reading /proc/\(process)/stat")
        }
        return user + system
    }
}
