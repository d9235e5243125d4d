internal import EventLog
internal import YAML

/// One pass over a folder's files: what could be read, and what is wrong with the rest.
struct TopologyReading {
    private(set) var cluster = ClusterSettings()
    private(set) var topics: [TopicSpec] = []
    /// False where `topics.yaml` cannot be read as a whole: then its topics cannot be told from unknown ones.
    private(set) var topicsAreKnown = false
    private(set) var seeds: [TopicSeed] = []
    /// The topic in which the source of another says how far it has come, by that other's name.
    private(set) var leaders: [String: String] = [:]
    private(set) var jobs: [JobDeclaration] = []
    private(set) var problems = FolderProblems()

    init(_ folder: TopologyFolder, _ environment: [String: String]) {
        var read: Set<TopologyFolder.Role> = []
        for (path, role, text) in folder.ordered {
            read.insert(role)
            if path.hasSuffix(".yml") {
                problems.note(YAMLMark(file: path, line: 1, column: 1), "its name ends in .yml; rename it to end in .yaml")
                continue
            }
            guard let root = problems.keep(try YAMLNode(text: text, file: path, environment: environment)) else { continue }
            switch role {
            case .cluster: cluster = ClusterReader.read(root, &problems)
            case .topics:
                guard let known = TopicsReader.read(root, &problems) else { continue }
                (topics, topicsAreKnown, leaders) = (known.topics, true, known.leaders)
                seeds = SeedReader(folder).read(known.seeds, &problems)
            case .job, .seed:
                if let job = JobReader.read(root, &problems) { note(job) }
            }
        }
        for (role, name, use) in [
            (TopologyFolder.Role.cluster, "cluster.yaml", "it names the log and where data is kept; an empty one means the defaults"),
            (.topics, "topics.yaml", "it declares the topics: `topics: { NAME: { partitions: 8 } }`"),
        ] where !read.contains(role) {
            problems.note(YAMLMark(file: "\(folder.name)/\(name)", line: 1, column: 1), "there is no such file; \(use)")
        }
    }

    var loaded: LoadedTopology { LoadedTopology(cluster: cluster, topics: topics, seeds: seeds, leaders: leaders, jobs: jobs) }

    private mutating func note(_ job: JobDeclaration) {
        if let first = jobs.first(where: { $0.job == job.job }) {
            problems.note(job.jobMark, "job `\(job.job)` is declared twice; the first is at \(first.jobMark)")
        }
        jobs.append(job)
    }
}
