/// A job: a name, settings, and a graph of steps between typed ports. It names ports, never systems; the topology binds them.
public protocol Job: Sendable {
    /// The name that topology files, state and topics use. Never changes once state exists.
    static var name: String { get }
    /// One line for `linehaul jobs` and the docs.
    static var summary: String { get }
    /// Writes the job's graph. Called for plans and for every start; must say the same each time.
    func declare(in flow: Flow)
}

/// The jobs that a program knows, by name: one visible list at the composition root.
public struct JobCatalog: Sendable {
    /// A job that can be deployed: what it is called, and how it is made of its settings. What it needs besides, the closure brings.
    public struct Entry: Sendable {
        /// The job's name.
        public let name: String
        /// One line about it.
        public let summary: String
        /// Makes the job of its settings, all of them checked. Called at every start and by `check`; nothing runs by that.
        public let make: @Sendable (inout SettingsReader) throws(SettingsFailure) -> any Job

        /// The entry of a job that `make` makes: `Entry(AuditAnomaly.init(settings:))`.
        public init<Made: Job>(_ make: @escaping @Sendable (inout SettingsReader) throws(SettingsFailure) -> Made) {
            name = Made.name
            summary = Made.summary
            self.make = { settings throws(SettingsFailure) in try make(&settings) }
        }
    }

    /// All of them, in the order listed.
    public let all: [Entry]

    /// A catalog of those jobs.
    public init(_ jobs: Entry...) { all = jobs }

    /// Their names, in the order listed.
    public var names: [String] { all.map(\.name) }

    /// The job of that name.
    public subscript(name: String) -> Entry? { all.first { $0.name == name } }
}
