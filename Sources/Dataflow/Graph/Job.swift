/// A job: a name, settings, and a graph of steps between typed ports. It names ports, never systems; the topology binds them.
public protocol Job: Sendable {
    /// The name that topology files, state and topics use. Never changes once state exists.
    static var name: String { get }
    /// One line for `linehaul jobs` and the docs.
    static var summary: String { get }
    /// Reads the job's settings, all of them checked. Called at every start and by `check`.
    init(settings: inout SettingsReader) throws(SettingsFailure)
    /// Writes the job's graph. Called for plans and for every start; must say the same each time.
    func declare(in flow: Flow)
}

/// The jobs that a program knows, by name: one visible list at the composition root.
public struct JobCatalog: Sendable {
    private let jobs: [any Job.Type]

    /// A catalog of those jobs.
    public init(_ jobs: any Job.Type...) { self.jobs = jobs }

    /// Their names, in the order listed.
    public var names: [String] { jobs.map { $0.name } }

    /// The job of that name.
    public subscript(name: String) -> (any Job.Type)? { jobs.first { $0.name == name } }

    /// All of them, in the order listed.
    public var all: [any Job.Type] { jobs }
}
