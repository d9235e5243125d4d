internal import CommandLine
internal import StreamCore
internal import Topology

/// `linehaul plan [DIR]`: how the jobs of a folder will run, and what that would do to what runs now.
enum PlanCommand {
    static let command: Command<Action> = Command(
        "plan", "shows how a folder's jobs will run, and what deploying them would change",
        [
            TopologyFiles.parameter,
            .flag("mermaid", "draws it as a Mermaid flowchart"),
            .flag("offline", "does not ask the running system what would change"),
        ], action: { try plan($0) })

    private static func plan(_ invoked: Invoked) throws -> ExitCode {
        let (topology, deployments) = try TopologyFiles.checked(invoked)
        let plan = try TopologyPlan(deployments)
        if invoked.arguments.has("mermaid") {
            invoked.terminal.print(plan.mermaid)
            return .done
        }
        let difference = try difference(of: plan, invoked)
        if invoked.wantsJSON {
            var members = plan.json.members ?? []
            if let difference { members.append(JSON.Member("difference", difference.json)) }
            invoked.terminal.print(JSON.object(members).description + "\n")
        } else {
            invoked.terminal.print(plan.text)
            for job in topology.leftOut { invoked.terminal.print("\n\(job)\n") }
            if let difference { invoked.terminal.print("\nagainst \(try invoked.remote().url):\n\(difference.text)") }
        }
        return difference?.isRefused == true ? .refused : .done
    }

    /// What would change; `nil` where nothing runs at the usual address and no other was named.
    private static func difference(of plan: TopologyPlan, _ invoked: Invoked) throws -> PlanDifference? {
        if invoked.arguments.has("offline") { return nil }
        let isNamed = invoked.arguments.has("url") || invoked.environment["LINEHAUL_URL"].map { !$0.isEmpty } ?? false
        let running: JSON
        do {
            running = try invoked.remote().get("/ops/topology")
        } catch {
            if isNamed { throw error }
            return nil
        }
        return PlanDifference(plan, against: try (running["jobs"]?.array ?? []).map { try RunningJob(json: $0) })
    }
}
