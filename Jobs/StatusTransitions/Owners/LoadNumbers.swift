internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Numbers for loads that come without one. The owner of a day's numbers gives them out in blocks, so that a task asks rarely and long
/// before it runs out, and no load waits but the day's first ones.
extension Owners {
    /// The next number of the command's day; nil when the task has none, and the load has to wait for a block.
    func nextNumber(_ command: Command, into out: inout Out) throws(StageFailure) -> String? {
        let prefix = LoadNumber.prefix(on: command.time)
        guard var block = try registry.blocks.value(for: prefix), let count = block.next() else { return nil }
        if block.count < NumberOwner.blockSize / 2, !block.isAsking {
            block.isAsking = true
            askForNumbers(prefix, command, into: &out)
        }
        try registry.blocks.set(block, for: prefix)
        return LoadNumber.text(prefix, count)
    }

    /// A load waits for a block; it is asked for unless it has been already.
    func waitForNumbers(_ prefix: String, _ command: Command, into out: inout Out) throws(StageFailure) {
        var block = try registry.blocks.value(for: prefix) ?? NumberBlock()
        if !block.waiting.contains(command.entityID) { block.waiting.append(command.entityID) }
        if !block.isAsking { askForNumbers(prefix, command, into: &out) }
        block.isAsking = true
        try registry.blocks.set(block, for: prefix)
    }

    /// A block has come: who waits goes on.
    func takeNumbers(_ message: Message, into out: inout Out) throws(StageFailure) {
        guard let prefix = message.body["prefix"]?.string, let first = message.body["first"]?.integer.map({ Int($0) }),
            let count = message.body["count"]?.integer.map({ Int($0) }), count > 0
        else { return }
        var block = try registry.blocks.value(for: prefix) ?? NumberBlock()
        block.add(first..<first + count, without: (message.body["claimed"]?.array ?? []).compactMap { $0.integer.map { Int($0) } })
        block.isAsking = false
        let waiting = block.waiting
        block.waiting = []
        try registry.blocks.set(block, for: prefix)
        for load in waiting {
            let parked = try registry.desks.value(for: load)?.waiting(for: Grant.numbers(prefix).text) ?? []
            for command in parked { try carryOut(command, into: &out) }
        }
    }

    private func askForNumbers(_ prefix: String, _ command: Command, into out: inout Out) {
        let request = NumberRequest(.block, prefix, for: command.entityID, .load, cause: command.id, time: command.time)
        out.emit(.number(request), at: command.time)
    }
}
