internal import EventLog
internal import StreamCore
internal import Wire
internal import YAML

/// A topic's wish for a seed, as `topics.yaml` says it.
struct SeedDeclaration {
    let topic: TopicSpec
    /// The file's name within the folder.
    let file: String
    let mark: YAMLMark
}

/// Reads the seeds of a folder: each line of a file that a topic names.
struct SeedReader {
    private let folder: TopologyFolder

    init(_ folder: TopologyFolder) { self.folder = folder }

    /// What those topics begin with. Every line that cannot be one of their records is noted with its place, and so is a file of that
    /// kind which no topic names.
    func read(_ declarations: [SeedDeclaration], _ problems: inout FolderProblems) -> [TopicSeed] {
        let files = folder.seeds
        for (path, _) in files.sorted(by: { $0.key < $1.key }) where !declarations.contains(where: { $0.file == SeedReader.name(path) }) {
            problems.note(
                YAMLMark(file: path, line: 1, column: 1),
                "no topic begins with it; name it in topics.yaml as the topic's `seed`, or take it out of the folder")
        }
        return declarations.compactMap { declaration in
            guard let (path, text) = files.first(where: { SeedReader.name($0.key) == declaration.file }) else {
                let names = files.keys.map(SeedReader.name)
                let hint = nearest(to: declaration.file, among: names).map { "; is it \($0)?" } ?? "; it must lie beside topics.yaml"
                problems.note(declaration.mark, "`\(declaration.topic.name)` begins with \(declaration.file), which is not in the folder\(hint)")
                return nil
            }
            return seed(declaration, path, text, &problems)
        }
    }

    private func seed(_ declaration: SeedDeclaration, _ path: String, _ text: String, _ problems: inout FolderProblems) -> TopicSeed? {
        guard let field = declaration.topic.key else {
            problems.note(
                declaration.mark, "`\(declaration.topic.name)` has a seed and no `key`; name the field that its records are keyed by")
            return nil
        }
        var lines: [TopicSeed.Line] = []
        let before = problems.count
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.allSatisfy(\.isWhitespace) {
            let mark = YAMLMark(file: path, line: index + 1, column: 1)
            let bytes = Array(line.utf8)
            do throws(DecodeFailure) {
                switch try JSON(parsing: bytes)[field] {
                case .string(let key): lines.append(TopicSeed.Line(key: Array(key.utf8), value: bytes))
                case .integer(let key): lines.append(TopicSeed.Line(key: Array("\(key)".utf8), value: bytes))
                default: problems.note(mark, "a record of `\(declaration.topic.name)` needs `\(field)`, a text or a whole number")
                }
            } catch {
                problems.note(mark, "it is no JSON object: \(error.reason)")
            }
        }
        return problems.count == before ? TopicSeed(topic: declaration.topic, lines: lines) : nil
    }

    private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
}
