internal import YAML

/// What is wrong with a folder, collected over its files.
struct FolderProblems {
    private(set) var yaml = YAMLProblems()

    var count: Int { yaml.problems.count }

    mutating func note(_ mark: YAMLMark, _ reason: String) { yaml.note(YAMLFailure(mark, reason)) }

    /// The value that `reading` gives; if it fails, its failure is kept and the value is `nil`.
    @discardableResult
    mutating func keep<Value>(_ reading: @autoclosure () throws(YAMLFailure) -> Value) -> Value? { yaml.keep(try reading()) }

    /// The value that `reading` gives; if it fails, its failure is kept and the value is `standIn`.
    mutating func keep<Value>(_ reading: @autoclosure () throws(YAMLFailure) -> Value, or standIn: Value) -> Value {
        yaml.keep(try reading(), or: standIn)
    }

    mutating func add(_ other: FolderProblems) {
        for problem in other.yaml.problems { note(problem.mark, problem.reason) }
    }

    /// Throws what was kept, in the order of `TopologyFailure.problems`; returns if that is nothing.
    func throwAll() throws(TopologyFailure) {
        if yaml.problems.isEmpty { return }
        let sorted = yaml.problems.map { TopologyFailure.Problem($0) }.sorted { a, b in
            (TopologyFolder.role(of: a.file), a.file, a.line, a.column, a.reason)
                < (TopologyFolder.role(of: b.file), b.file, b.line, b.column, b.reason)
        }
        throw TopologyFailure(problems: sorted)
    }
}
