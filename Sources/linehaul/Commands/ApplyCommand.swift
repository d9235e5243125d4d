internal import CommandLine
internal import StreamCore
internal import Topology

/// `linehaul apply [DIR]`: has a running system run what a folder declares.
enum ApplyCommand {
    static let command: Command<Action> = Command(
        "apply", "deploys a folder to the running system; only jobs that changed restart", [TopologyFiles.parameter],
        action: { try apply($0) })

    private static func apply(_ invoked: Invoked) throws -> ExitCode {
        let folder = try TopologyFiles.folder(invoked)
        // Problems are shown with this machine's paths before anything is sent.
        _ = try folder.deploy(environment: invoked.environment, catalog: jobs())
        let files = folder.files.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
        let body = JSON.object(["name": .string(folder.name), "files": .object(files)])
        let answer = try invoked.remote().post("/ops/topology", body.compact)
        if invoked.wantsJSON {
            invoked.terminal.print("\(answer)\n")
            return .done
        }
        for job in answer["jobs"]?.array ?? [] {
            invoked.terminal.print("\(job["job"]?.string ?? ""): \(job["change"]?.string ?? "")\n")
            for note in job["notes"]?.array ?? [] { invoked.terminal.print("    \(note.string ?? "")\n") }
        }
        for note in answer["notes"]?.array ?? [] { invoked.terminal.note(note.string ?? "") }
        return .done
    }
}
