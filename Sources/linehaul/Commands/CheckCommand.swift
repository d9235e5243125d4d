internal import CommandLine
internal import Dataflow
internal import EventLog
internal import Execution
internal import Foundation
internal import RocksDB
internal import StreamCore
internal import StructuredLog
internal import Topology

/// `linehaul check [DIR]`: every problem of a topology folder, each with its file, line and column; and, where the log is on other
/// machines, whether it is there, lets this process do what it needs, and has its topics as they are declared.
enum CheckCommand {
    static let command: Command<Action> = Command(
        "check", "checks a topology folder, all of it, and a log that is on other machines",
        [TopologyFiles.parameter, .flag("offline", "checks the folder alone")], action: { try check($0) })

    private static func check(_ invoked: Invoked) throws -> ExitCode {
        do throws(TopologyFailure) {
            let (topology, deployments) = try TopologyFiles.checked(invoked)
            return report(topology, deployments, invoked)
        } catch {
            if invoked.wantsJSON {
                let problems = error.problems.map { problem in
                    JSON.object([
                        "file": .string(problem.file), "line": .integer(Int64(problem.line)), "column": .integer(Int64(problem.column)),
                        "reason": .string(problem.reason),
                    ])
                }
                invoked.terminal.print(JSON.object(["problems": .array(problems)]).description + "\n")
            } else {
                invoked.terminal.note(error.description)
                invoked.terminal.complain(counted(error.problems.count, "problem"))
            }
            return .refused
        }
    }

    private static func report(_ topology: LoadedTopology, _ deployments: [JobDeployment], _ invoked: Invoked) -> ExitCode {
        let names = deployments.map(\.name).sorted()
        let files = missingFiles(topology.cluster)
        var log: LogCheck?
        var failure: String?
        if files.isEmpty, !invoked.arguments.has("offline") {
            do { log = try check(topology, deployments) } catch { failure = "\(error)" }
        }
        if invoked.wantsJSON {
            let problems = (files + (failure.map { [$0] } ?? [])).map { JSON.object(["reason": .string($0)]) }
            let answer = JSON.object([
                "problems": .array(problems), "jobs": .array(names.map { .string($0) }),
                "left_out": .array(topology.leftOut.map { .object(["job": .string($0.job), "needs": .string($0.needs.rawValue)]) }),
                "log": log?.json,
            ])
            invoked.terminal.print(answer.description + "\n")
        } else {
            let counts = "\(counted(topology.topics.count, "topic")) and \(counted(names.count, "job"))"
            invoked.terminal.print("\(counts) are sound: \(names.joined(separator: ", "))\n")
            for job in topology.leftOut { invoked.terminal.print("\(job)\n") }
            if let log { invoked.terminal.print(log.text) }
            for problem in files { invoked.terminal.complain(problem) }
            if let failure { invoked.terminal.complain(failure) }
        }
        return files.isEmpty && failure == nil && log?.isRefused != true ? .done : .refused
    }

    /// A look at a log that others share; one that is this machine's own is the running system's alone, so it is not opened.
    private static func check(_ topology: LoadedTopology, _ deployments: [JobDeployment]) throws -> LogCheck? {
        let cluster = topology.cluster
        guard let door = logs.first(where: { $0.kind == cluster.log }), door.isShared else {
            if logs.contains(where: { $0.kind == cluster.log }) { return nil }
            throw CommandFailure("this program does not have log.kind \(cluster.log.rawValue)")
        }
        let logger = Logger(LogOutput(format: .text, clock: { SystemClock.now().rfc3339 }, sink: { _ in }), level: .error)
        // By a name of its own, so that no running process is fenced.
        let log = try door.open(
            LogPlace(
                cluster: cluster, directory: cluster.data, instance: "check",
                address: cluster.advertised(port: cluster.listen.port, hostname: "localhost"), cache: BlockCache(bytes: 1 << 20),
                logger: logger))
        defer { log.close() }
        let topics = topology.topics + deployments.ownTopics + [AppliedTopology.topic(of: cluster.name)]
        return LogCheck(
            log, topics, cluster: cluster.name,
            advice: PartitionAdvice(plan: try TopologyPlan(deployments), servers: cluster.kafka.servers), clock: SystemClock.now)
    }

    /// The files that `cluster.yaml` names and that cannot be read.
    private static func missingFiles(_ cluster: ClusterSettings) -> [String] {
        let security = cluster.kafka.security
        var files = [
            ("http.certificate", cluster.tls?.certificate), ("http.key", cluster.tls?.key), ("http.ca", cluster.tls?.ca),
        ]
        if cluster.log == .kafka {
            files += [
                ("log.kafka.security.ca", security.ca), ("log.kafka.security.certificate", security.certificate),
                ("log.kafka.security.key", security.key),
            ]
        }
        return files.compactMap { key, path in
            guard let path, !FileManager.default.isReadableFile(atPath: path) else { return nil }
            return "\(key): the file \(path) cannot be read; it is there with another name, or not for this user"
        }
    }
}
