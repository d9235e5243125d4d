@testable internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing

/// Random lives of timers, held against a set.
@Suite struct TimerModelTests {
    @Test(arguments: StoreKind.allCases, 0..<30) func `timers fire once, in order, and survive as committed`(kind: StoreKind, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let directory = try ScratchDirectory()
        let store = try kind.open(in: directory)
        let limit = [4, 8, 1_000][Int(seed % 3)]
        func opened() -> (StateScope, TimerState<Int>) {
            let scope = StateScope(store: store)
            return (scope, scope.timers("t", by: Int.self, nearLimit: limit))
        }
        var (scope, timers) = opened()
        var model: Set<Timer<Int>> = []
        var committed = model
        var (clock, committedClock) = (Int64(0), Int64(0))
        var position = Offset.zero
        var changelog: [RecordBatch] = []
        func commit() {
            let batch = scope.freezeEpoch()
            changelog.append(batch)
            position = position.advanced(by: batch.count)
            scope.committed(upTo: position)
            (committed, committedClock) = (model, clock)
        }
        func timer() -> Timer<Int> {
            Timer(
                Int.random(in: 0..<6, using: &random), at: EventTime(microseconds: clock + Int64.random(in: 0..<40, using: &random)),
                by: random.chance(0.7) ? .eventTime : .processingTime)
        }
        for _ in 0..<800 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45:
                let timer = timer()
                timers.set(timer)
                model.insert(timer)
            case 45..<60:
                let timer = random.chance(0.7) ? model.randomElement(using: &random) ?? timer() : timer()
                timers.cancel(timer)
                model.remove(timer)
            case 60..<72:
                clock += Int64.random(in: 0...12, using: &random)
                let now = EventTime(microseconds: clock)
                for kind in [TimerClock.eventTime, .processingTime] {
                    let expected = model.filter { $0.clock == kind && $0.time <= now }.sorted(by: TimerHeap<Int>.isBefore)
                    var fired: [Timer<Int>] = []
                    while let due = try timers.takeDue(kind, at: now) { fired.append(due) }
                    #expect(fired == expected)
                    model.subtract(expected)
                }
            case 72..<82: commit()
            case 82..<88:
                commit()
                try scope.writeBehind()
                timers.evict(to: 0)
            case 88..<92:
                commit()
                if let (rows, at) = scope.collectUnwritten() {
                    let added = timer()
                    timers.set(added)
                    model.insert(added)
                    try store.write(rows, changelogPosition: at)
                    scope.collectedIsWritten()
                    timers.evict(to: 0)
                }
            case 92..<96:
                if random.chance(0.5) { _ = scope.freezeEpoch() }
                try replay(changelog, into: store)
                (scope, timers) = opened()
                (model, clock) = (committed, committedClock)
            default:
                let next = model.filter { $0.clock == .eventTime }.map(\.time).min() ?? .distantFuture
                #expect(timers.nextDue(.eventTime) <= next)
            }
        }
        commit()
        try scope.writeBehind()
        #expect(try scope.rows(of: "t", prefix: "", limit: 10_000).rows.count == model.count)
    }

    @Test func `a timer cancelled, set and cancelled again within an epoch stays cancelled after a restart`() throws {
        let store = MemoryStore()
        let scope = StateScope(store: store)
        let timers = scope.timers("t", by: Int.self)
        let timer = Timer(1, at: EventTime(microseconds: 5))
        timers.set(timer)
        let first = scope.freezeEpoch()
        timers.cancel(timer)
        timers.set(timer)
        timers.cancel(timer)
        let second = scope.freezeEpoch()
        scope.committed(upTo: Offset(0).advanced(by: first.count + second.count))
        try scope.writeBehind()
        let again = StateScope(store: store)
        #expect(try again.timers("t", by: Int.self).takeDue(.eventTime, at: EventTime(microseconds: 10)) == nil)
    }
}
