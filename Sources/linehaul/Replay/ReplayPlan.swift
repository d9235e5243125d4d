internal import CommandLine
internal import Dataflow
internal import EventLog
internal import Foundation
internal import StreamCore
internal import Topology

/// What a replay runs: the job with the settings and the lateness that its topology file gives it, where there is one.
struct ReplayPlan {
    /// The lateness and idle time of inlets that no topology file binds.
    private static let usualLateness = EventTime.Span(microseconds: 500_000)

    private let entry: JobCatalog.Entry
    private let declaration: JobDeclaration?
    private let keys: [String: String]
    private let overrides: [(left: String, right: String)]

    init(_ invoked: Invoked) throws {
        let name = try invoked.arguments.required("JOB")
        let jobs = jobs()
        guard let entry = jobs[name] else {
            let hint =
                nearest(to: name, among: jobs.names).map { "did you mean \($0)?" } ?? "there are \(jobs.names.joined(separator: ", "))"
            throw CommandFailure("there is no job \(name); \(hint)")
        }
        self.entry = entry
        overrides = try invoked.arguments.pairs("set")
        guard let directory = ReplayPlan.directory(invoked) else {
            (declaration, keys) = (nil, [:])
            return
        }
        let topology = try TopologyFolder(directory: directory).load(environment: invoked.environment)
        let found = topology.jobs.first { $0.job == name }
        declaration = found
        keys = Dictionary(
            (found?.inlets ?? []).compactMap { inlet in
                topology.topics.first { $0.name == inlet.topic }?.key.map { (inlet.name, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The folder that was named, or the usual one where it is there.
    private static func directory(_ invoked: Invoked) -> String? {
        if let named = invoked.arguments["topology"] { return named }
        return FileManager.default.fileExists(atPath: "\(TopologyFiles.usualDirectory)/topics.yaml") ? TopologyFiles.usualDirectory : nil
    }

    /// The job with every port bound to a place of its own.
    func deployment() throws -> JobDeployment {
        var values = declaration?.settings ?? [:]
        for (name, value) in overrides { values[name] = SettingValue(.scalar(value), at: "--set") }
        var reader = SettingsReader(values)
        let job = try entry.make(&reader)
        try reader.finish()
        let graph = try JobGraph(job, inletKeys: keys).logical
        var inlets: [String: JobBindings.Inlet] = [:]
        for name in graph.inlets {
            var settings = InletSettings()
            settings.lateness = ReplayPlan.usualLateness
            if let declared = declaration?.inlets.first(where: { $0.name == name }) { settings = declared.settings }
            inlets[name] = JobBindings.Inlet(JobBindings.Topic(name, partitions: 1, key: keys[name]), settings: settings)
        }
        let outlets = Dictionary(graph.outlets.map { ($0, JobBindings.Topic($0, partitions: 1)) }) { first, _ in first }
        return JobDeployment(
            job: job,
            bindings: JobBindings(
                inlets: inlets, outlets: outlets, attempts: declaration?.attempts ?? 1, stateTTL: declaration?.stateTTL),
            fingerprint: "replay")
    }
}
