internal import Dataflow
internal import StreamCore
internal import YAML

/// Reads how ports are bound: `NAME: topic` or `NAME: { topic: …, … }`.
enum PortReader {
    /// Long enough for any stream, and far from where event times overflow.
    private static let times = Duration.zero ... .seconds(3_650 * 86_400)

    static func inlet(_ entry: YAMLEntry, _ problems: inout FolderProblems) -> JobDeclaration.Inlet? {
        if let topic = plainTopic(entry) {
            return JobDeclaration.Inlet(
                name: entry.key, topic: topic, settings: InletSettings(), start: .earliest, nameMark: entry.keyMark,
                topicMark: entry.value.mark, keyMarks: [:])
        }
        guard var map = problems.keep(try YAMLMap(entry.value, "inlet `\(entry.key)`")) else { return nil }
        let topic = topic(&map, &problems)
        var settings = InletSettings()
        if let lateness = problems.keep(try map.optionalDuration("lateness", in: times), or: nil) {
            settings.lateness = EventTime.Span(lateness)
        }
        if let idleAfter = problems.keep(try map.optionalDuration("idle-after", in: times), or: nil) {
            settings.idleAfter = EventTime.Span(idleAfter)
        }
        settings.stepsAside = problems.keep(try map.bool("steps-aside", default: false), or: false)
        if let ahead = problems.keep(try map.optionalDuration("ahead", in: times), or: nil) { settings.ahead = EventTime.Span(ahead) }
        settings.readToEnd = problems.keep(try map.bool("read-to-end", default: false), or: false)
        let start = problems.keep(try map.choice("start", default: JobBindings.Start.earliest), or: .earliest)
        let instead = instead(&map, &problems)
        problems.keep(try map.finish())
        guard let topic else { return nil }
        var marks: [String: YAMLMark] = [:]
        for key in ["lateness", "idle-after", "steps-aside", "read-to-end", "start"] where map.optionalNode(key) != nil {
            marks[key] = map.mark(of: key)
        }
        return JobDeclaration.Inlet(
            name: entry.key, topic: topic.name, settings: settings, start: start, nameMark: entry.keyMark, topicMark: topic.mark,
            instead: instead, keyMarks: marks)
    }

    /// `with: { DATABASE: topic }`: what is read instead where that database is configured.
    private static func instead(
        _ map: inout YAMLMap, _ problems: inout FolderProblems
    ) -> [Database: (topic: String, mark: YAMLMark)] {
        guard var with = problems.keep(try map.optionalMap("with", "the topics that are read with a database"), or: nil) else { return [:] }
        var instead: [Database: (topic: String, mark: YAMLMark)] = [:]
        for database in Database.allCases {
            guard let node = with.optionalNode(database.rawValue), let name = problems.keep(try node.string()) else { continue }
            instead[database] = (name, node.mark)
        }
        problems.keep(try with.finish())
        return instead
    }

    static func outlet(_ entry: YAMLEntry, _ problems: inout FolderProblems) -> JobDeclaration.Outlet? {
        if let topic = plainTopic(entry) {
            return JobDeclaration.Outlet(name: entry.key, topic: topic, nameMark: entry.keyMark, topicMark: entry.value.mark)
        }
        guard var map = problems.keep(try YAMLMap(entry.value, "outlet `\(entry.key)`")) else { return nil }
        let topic = topic(&map, &problems)
        problems.keep(try map.finish())
        return topic.map { .init(name: entry.key, topic: $0.name, nameMark: entry.keyMark, topicMark: $0.mark) }
    }

    private static func plainTopic(_ entry: YAMLEntry) -> String? {
        guard case .scalar(let text, _) = entry.value.content, !entry.value.isNull else { return nil }
        return text
    }

    private static func topic(_ map: inout YAMLMap, _ problems: inout FolderProblems) -> (name: String, mark: YAMLMark)? {
        guard let node = problems.keep(try map.node("topic", "a topic's name")), let name = problems.keep(try node.string()) else {
            return nil
        }
        return (name, node.mark)
    }
}
