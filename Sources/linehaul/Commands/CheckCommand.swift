internal import CommandLine
internal import Dataflow
internal import StreamCore
internal import Topology

/// `linehaul check [DIR]`: every problem of a topology folder, each with its file, line and column.
enum CheckCommand {
    static let command: Command<Action> = Command(
        "check", "checks a topology folder, all of it", [TopologyFiles.parameter], action: { try check($0) })

    private static func check(_ invoked: Invoked) throws -> ExitCode {
        do throws(TopologyFailure) {
            let (topology, deployments) = try TopologyFiles.checked(invoked)
            let names = deployments.map(\.name).sorted()
            let counts = "\(counted(topology.topics.count, "topic")) and \(counted(names.count, "job"))"
            invoked.terminal.print(
                invoked.wantsJSON
                    ? JSON.object(["problems": [], "jobs": .array(names.map { .string($0) })]).description + "\n"
                    : "\(counts) are sound: \(names.joined(separator: ", "))\n")
            return .done
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
}
