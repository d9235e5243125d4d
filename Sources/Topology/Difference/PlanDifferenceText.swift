public import StreamCore

extension PlanDifference {
    /// The difference for a terminal: a line for each job, with `+` added, `-` removed, `~` restarted, `=` left running, `!` refused, and
    /// below it what to know.
    public var text: String {
        let width = entries.map(\.job.count).max() ?? 0
        return entries.map { entry in
            let name = entry.job + String(repeating: " ", count: width - entry.job.count)
            let lines = ["\(entry.sign) \(name)  \(entry.summary)"] + (entry.refusals.map(\.description) + entry.notes).map { "    \($0)" }
            return lines.map { $0 + "\n" }.joined()
        }.joined()
    }

    /// The difference for programs.
    public var json: JSON {
        .object([
            "refused": .bool(isRefused),
            "jobs": .array(
                entries.map { entry in
                    .object([
                        "job": .string(entry.job),
                        "change": .string(entry.change.rawValue),
                        "notes": .array(entry.notes.map { .string($0) }),
                        "refusals": .array(entry.refusals.map(\.json)),
                    ])
                }),
        ])
    }
}

extension PlanDifference.Refusal {
    fileprivate var json: JSON {
        .object(["stage": .string(stage), "state": state.map { .string($0) }, "reason": .string(reason), "remedy": .string(remedy)])
    }
}

extension PlanDifference.Entry {
    fileprivate var sign: String {
        if !refusals.isEmpty { return "!" }
        return switch change {
        case .added: "+"
        case .removed: "-"
        case .changed: "~"
        case .unchanged: "="
        }
    }

    fileprivate var summary: String {
        if !refusals.isEmpty { return "refused" }
        return switch change {
        case .added: "starts"
        case .removed: "stops"
        case .changed: "restarts with its state"
        case .unchanged: "runs on"
        }
    }
}
