public import Dataflow
internal import YAML

/// A job's file as written: names of topics, not yet looked up, and settings, not yet read by the job.
public struct JobDeclaration: Sendable {
    /// An outlet's line.
    public struct Outlet: Sendable {
        /// The outlet's name in the job.
        public let name: String
        /// The topic's name.
        public let topic: String
        let nameMark: YAMLMark
        let topicMark: YAMLMark
    }

    /// An inlet's lines.
    public struct Inlet: Sendable {
        /// The inlet's name in the job.
        public let name: String
        /// The topic's name.
        public internal(set) var topic: String
        /// How it is read.
        public let settings: InletSettings
        /// Where a task that has never run begins.
        public let start: JobBindings.Start
        let nameMark: YAMLMark
        var topicMark: YAMLMark
        /// The topics that take that one's place where such a database is configured.
        var instead: [Database: (topic: String, mark: YAMLMark)] = [:]
        /// Where each of its keys is written.
        let keyMarks: [String: YAMLMark]
    }

    /// The job's name.
    public let job: String
    /// The file that declares it.
    public let file: String
    /// The database without which it does not run; `nil`: it needs none.
    public let needs: Database?
    /// Its inlets, in the order written.
    public private(set) var inlets: [Inlet]
    /// Its outlets, in the order written.
    public let outlets: [Outlet]
    /// How many slots it uses.
    public let parallelism: Int
    /// How often a record may make its processing throw before it becomes a dead letter.
    public let attempts: Int
    /// How long state is kept after its last change, in event time; `nil`: as the job says.
    public let stateTTL: Duration?
    /// Its settings, each with its place.
    public let settings: [String: SettingValue]
    let jobMark: YAMLMark
    let inletsMark: YAMLMark
    let outletsMark: YAMLMark
    let settingsMark: YAMLMark
    /// The place of each setting, by its text.
    let settingMarks: [String: YAMLMark]

    /// The job as it runs with those databases: inlets that have another topic with one of them are bound to that.
    func chosen(with databases: [Database: DatabaseSettings]) -> JobDeclaration {
        var chosen = self
        for index in inlets.indices {
            guard let other = Database.allCases.lazy.compactMap({ databases[$0] == nil ? nil : inlets[index].instead[$0] }).first else {
                continue
            }
            (chosen.inlets[index].topic, chosen.inlets[index].topicMark) = other
        }
        return chosen
    }
}
