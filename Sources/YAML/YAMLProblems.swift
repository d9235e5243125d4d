/// Collects what is wrong with a file, so that its author sees all of it at once.
///
/// ```swift
/// var problems = YAMLProblems()
/// let job = problems.keep(try map.string("job"), or: "")
/// let lateness = problems.keep(try map.duration("lateness", default: .zero), or: .zero)
/// problems.keep(try map.finish())
/// try problems.check()
/// ```
/// A stand-in given with `or:` never gets out: `check()` throws where one was used.
public struct YAMLProblems: Sendable {
    /// What has been kept so far.
    public private(set) var problems: [YAMLFailure.Problem] = []

    /// Nothing wrong yet.
    public init() {}

    /// The value that `reading` gives; if it fails, its failure is kept and the value is `nil`.
    @discardableResult
    public mutating func keep<Value>(_ reading: @autoclosure () throws(YAMLFailure) -> Value) -> Value? {
        do {
            return try reading()
        } catch {
            note(error)
            return nil
        }
    }

    /// The value that `reading` gives; if it fails, its failure is kept and the value is `standIn`, so that the reading goes on.
    public mutating func keep<Value>(_ reading: @autoclosure () throws(YAMLFailure) -> Value, or standIn: Value) -> Value {
        keep(try reading()) ?? standIn
    }

    /// Keeps a failure that the caller has caught or made.
    public mutating func note(_ failure: YAMLFailure) { problems += failure.problems }

    /// Throws all that was kept, in order of lines within each file; returns if that is nothing.
    public func check() throws(YAMLFailure) {
        let sorted = problems.enumerated().sorted { a, b in
            guard a.element.mark.file == b.element.mark.file else { return a.offset < b.offset }
            return (a.element.mark.line, a.element.mark.column) < (b.element.mark.line, b.element.mark.column)
        }
        guard let first = sorted.first?.element else { return }
        throw YAMLFailure(first, sorted.dropFirst().map(\.element))
    }
}
