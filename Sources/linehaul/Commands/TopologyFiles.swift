internal import CommandLine
internal import Dataflow
internal import Topology

/// The topology folder that a command names.
enum TopologyFiles {
    static let usualDirectory = "topology"
    static let parameter = Parameter.positional("DIR", "the topology folder (default: topology)", .optional)

    /// The folder as text.
    static func folder(_ invoked: Invoked) throws(TopologyFailure) -> TopologyFolder {
        try TopologyFolder(directory: invoked.arguments["DIR"] ?? usualDirectory)
    }

    /// The folder, checked against the jobs of this program.
    static func checked(_ invoked: Invoked) throws(TopologyFailure) -> (topology: LoadedTopology, deployments: [JobDeployment]) {
        try folder(invoked).deploy(environment: invoked.environment, catalog: jobs())
    }
}
