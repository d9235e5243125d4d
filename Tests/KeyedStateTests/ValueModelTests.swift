@testable internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing

/// Random lives of a scope's values, held against plain dictionaries.
@Suite struct ValueModelTests {
    /// What a key should hold.
    struct Cell: Equatable {
        var value: Int?
        var expires = EventTime.distantFuture
    }

    struct Model {
        var cells: [Int: Cell] = [:]
        mutating func expire(at watermark: EventTime) { for (key, cell) in cells where cell.expires <= watermark { cells[key] = nil } }
    }

    @Test(arguments: StoreKind.allCases, 0..<25) func `what is committed is what the model says`(kind: StoreKind, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let directory = try ScratchDirectory()
        let store = try kind.open(in: directory)
        var scope = StateScope(store: store)
        let ttl: EventTime.Span? = seed % 3 == 0 ? EventTime.Span(microseconds: 40) : nil
        var values = scope.value("v", by: Int.self, of: Int.self, ttl: ttl)
        var others = scope.value("w", by: Int.self, of: String.self)
        var (model, committed, strings, committedStrings) = (Model(), Model(), [Int: String](), [Int: String]())
        var clock: Int64 = 1_000
        var committedClock = clock
        var position = Offset.zero
        scope.watermark = EventTime(microseconds: clock)

        var changelog: [RecordBatch] = []
        func commit(_ batch: RecordBatch) {
            changelog.append(batch)
            position = position.advanced(by: batch.count)
            scope.committed(upTo: position)
            (committed, committedStrings, committedClock) = (model, strings, clock)
        }

        for _ in 0..<600 {
            let key = Int.random(in: 0..<30, using: &random)
            let now = EventTime(microseconds: clock)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<30:
                scope.eventTime = now
                // What is older than the watermark lives as long as if it were not.
                let lived = max(now, scope.watermark)
                let value = Int.random(in: 0..<1_000, using: &random)
                try values.set(value, for: key)
                model.cells[key] = Cell(value: value, expires: ttl.map(lived.advanced(by:)) ?? model.cells[key]?.expires ?? .distantFuture)
            case 30..<40:
                try values.set(nil, for: key)
                model.cells[key] = nil
            case 40..<50 where ttl == nil:
                let expires = now.advanced(by: .init(microseconds: Int64.random(in: 1...60, using: &random)))
                try values.update(key) { slot throws(StageFailure) in
                    slot.value = (slot.value ?? 0) + 1
                    slot.expires = expires
                }
                model.cells[key] = Cell(value: (model.cells[key]?.value ?? 0) + 1, expires: expires)
            case 50..<60:
                let text = String(repeating: "x", count: Int.random(in: 0..<50, using: &random))
                try others.set(text, for: key)
                strings[key] = text
            case 60..<63:
                try others.set(nil, for: key)
                strings[key] = nil
            case 63..<70:
                clock += Int64.random(in: 1...25, using: &random)
                scope.watermark = EventTime(microseconds: clock)
                model.expire(at: scope.watermark)
            case 70..<78: commit(scope.freezeEpoch())
            case 78..<80: try scope.sweep(Int.random(in: 1...20, using: &random))
            case 80..<86:
                commit(scope.freezeEpoch())
                if let (rows, at) = scope.collectUnwritten() {
                    // Life goes on while the rows are being written.
                    let lived = max(scope.eventTime, scope.watermark)
                    try values.set(key, for: key + 1)
                    model.cells[key + 1] = Cell(
                        value: key, expires: ttl.map(lived.advanced(by:)) ?? model.cells[key + 1]?.expires ?? .distantFuture)
                    model.expire(at: scope.watermark)
                    if random.chance(0.5) {
                        let batch = scope.freezeEpoch()
                        try store.write(rows, changelogPosition: at)
                        scope.collectedIsWritten()
                        commit(batch)
                    } else {
                        try store.write(rows, changelogPosition: at)
                        scope.collectedIsWritten()
                    }
                }
            case 86..<90:
                try scope.writeBehindCommitted(commit)
                scope.evict(to: random.chance(0.5) ? 0 : 500)
            case 90..<94:
                // A failure: what is open is forgotten, an epoch in flight may be too.
                if random.chance(0.5) { _ = scope.freezeEpoch() }
                try replay(changelog, into: store)
                scope = StateScope(store: store)
                values = scope.value("v", by: Int.self, of: Int.self, ttl: ttl)
                others = scope.value("w", by: Int.self, of: String.self)
                (model, strings, clock) = (committed, committedStrings, committedClock)
                scope.watermark = EventTime(microseconds: clock)
            default: break
            }
            #expect(try values.value(for: key) == model.cells[key]?.value, "key \(key)")
            #expect(try others.value(for: key) == strings[key], "key \(key)")
        }
        commit(scope.freezeEpoch())
        try scope.writeBehind()
        model.expire(at: scope.watermark)
        let stored = try scope.rows(of: "v", prefix: "", limit: 100).rows.filter { ($0.expires ?? .distantFuture) > scope.watermark }
        #expect(Dictionary(uniqueKeysWithValues: stored.map { ($0.key, $0.value) })
            == Dictionary(uniqueKeysWithValues: model.cells.map { ("\($0)", .integer(Int64($1.value ?? -1))) }))
        #expect(Set(try scope.rows(of: "w", prefix: "", limit: 100).rows.map(\.key)) == Set(strings.keys.map { "\($0)" }))
    }
}

extension StateScope {
    fileprivate func writeBehindCommitted(_ commit: (RecordBatch) -> Void) throws {
        commit(freezeEpoch())
        try writeBehind()
    }
}
