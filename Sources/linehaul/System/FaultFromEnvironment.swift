internal import Execution
internal import Glibc
internal import Synchronization

/// Ends the process the way a crash does, where `LINEHAUL_FAULT` says: `committed:3` kills it at the third epoch that the log has
/// committed and the tasks do not know of. For the crash tests alone.
enum FaultFromEnvironment {
    /// What the engine calls at each fault point; does nothing where the variable is not set.
    static func hook(_ environment: [String: String]) throws(CommandFailure) -> @Sendable (FaultPoint) -> Void {
        guard let text = environment["LINEHAUL_FAULT"], !text.isEmpty else { return { _ in } }
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let wanted = FaultPoint(rawValue: String(parts[0])), let pass = Int(parts[1]), pass > 0 else {
            let known = FaultPoint.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                "LINEHAUL_FAULT takes a point and which pass of it ends the process, such as committed:3, not \(text); points: \(known)")
        }
        let passes = Passes()
        return { point in
            if point == wanted, passes.next() == pass { kill(getpid(), SIGKILL) }
        }
    }

    private final class Passes: Sendable {
        private let count = Atomic<Int>(0)
        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
    }
}
