/// Which status may follow which: the contract's table as data. Judged once a status command.
public enum LoadTransitions {
    /// What may follow each status. DELAYED is not a row of its own: it goes on from where it began (`next`).
    public static let table: [(from: LoadStatus, to: [LoadStatus])] = [
        (.created, [.assigned, .cancelled]),
        (.assigned, [.pickedUp, .delayed, .cancelled]),
        (.pickedUp, [.inTransit, .delayed]),
        (.inTransit, [.delivered, .delayed]),
        (.delivered, []),
        (.cancelled, []),
    ]

    /// What may follow `status`; of DELAYED, what may follow the status that it began in, and that status itself.
    public static func next(after status: LoadStatus, delayedFrom: LoadStatus? = nil) -> [LoadStatus] {
        guard status == .delayed else { return table.first { $0.from == status }?.to ?? [] }
        guard let delayedFrom, delayedFrom != .delayed else { return [] }
        return [delayedFrom] + next(after: delayedFrom).filter { $0 != .delayed }
    }

    /// The statuses that a load can be delayed in.
    public static var delayable: [LoadStatus] { table.filter { $0.to.contains(.delayed) }.map(\.from) }
}
