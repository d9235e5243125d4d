internal import Dataflow
internal import YAML

/// Reads a job's file.
enum JobReader {
    private static let mostSlots = 1_024
    private static let mostAttempts = 1_000
    private static let times = Duration.seconds(1) ... .seconds(36_500 * 86_400)

    /// The job as far as it can be read; `nil` where not even its name can.
    static func read(_ root: YAMLNode, _ problems: inout FolderProblems) -> JobDeclaration? {
        guard var map = problems.keep(try YAMLMap(root, "a job")) else { return nil }
        let nameNode = problems.keep(try map.node("job", "the job's name"))
        var name: String?
        if let nameNode { name = problems.keep(try nameNode.string()) }
        var needs: Database?
        if let node = map.optionalNode("needs") { needs = problems.keep(try node.choice()) }
        let parallelism = problems.keep(try map.int("parallelism", default: 1, in: 1...mostSlots), or: 1)
        let attempts = problems.keep(try map.int("attempts", default: 3, in: 1...mostAttempts), or: 3)
        let inlets = entries("inlets", &map, &problems).compactMap { PortReader.inlet($0, &problems) }
        let outlets = entries("outlets", &map, &problems).compactMap { PortReader.outlet($0, &problems) }
        var settings = SettingsLines()
        for entry in entries("settings", &map, &problems) { settings.add(entry, &problems) }
        var ttl: Duration?
        if var state = problems.keep(try map.optionalMap("state", "the state"), or: nil) {
            ttl = problems.keep(try state.optionalDuration("ttl", in: times), or: nil)
            problems.keep(try state.finish())
        }
        problems.keep(try map.finish())
        guard let name, let nameNode else { return nil }
        return JobDeclaration(
            job: name, file: root.mark.file, needs: needs, inlets: inlets, outlets: outlets, parallelism: parallelism, attempts: attempts,
            stateTTL: ttl,
            settings: settings.values, jobMark: nameNode.mark, inletsMark: map.mark(of: "inlets"), outletsMark: map.mark(of: "outlets"),
            settingsMark: map.mark(of: "settings"), settingMarks: settings.marks)
    }

    private static func entries(_ key: String, _ map: inout YAMLMap, _ problems: inout FolderProblems) -> [YAMLEntry] {
        guard var section = problems.keep(try map.optionalMap(key, "the \(key)"), or: nil) else { return [] }
        return section.allEntries()
    }
}

/// A job's settings while they are read.
struct SettingsLines {
    private(set) var values: [String: SettingValue] = [:]
    private(set) var marks: [String: YAMLMark] = [:]

    /// Takes a line in. One with nothing behind it counts as absent, as an environment variable that is not set leaves it.
    mutating func add(_ entry: YAMLEntry, _ problems: inout FolderProblems) {
        let place = entry.value.mark
        switch entry.value.content {
        case .scalar where entry.value.isNull: return
        case .scalar(let text, _): values[entry.key] = SettingValue(.scalar(text), at: "\(place)")
        case .sequence(let items):
            var texts: [String] = []
            for item in items { if let text = problems.keep(try item.string()) { texts.append(text) } }
            values[entry.key] = SettingValue(.list(texts), at: "\(place)")
        case .mapping:
            return problems.note(place, "setting `\(entry.key)` takes a text, a number or a list, not a mapping")
        }
        marks["\(place)"] = place
    }
}
