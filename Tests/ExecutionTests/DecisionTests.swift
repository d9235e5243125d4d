@testable internal import Execution
internal import Dataflow
internal import StreamCore
internal import Testing

private func at(_ micros: Int64) -> EventTime { EventTime(microseconds: micros) }

@Suite struct EpochMachineTests {
    typealias Work = EpochMachine.Work
    private var machine = EpochMachine(limits: .init(every: .init(microseconds: 25), bytes: 100, changes: 10))
    private let some = Work(isEmpty: false, bytes: 5, changes: 1)

    @Test mutating func `nothing to commit is never committed`() {
        #expect(machine.next(Work(), isIdle: true, at: at(0)) == .fill)
        #expect(machine.next(Work(), isIdle: false, at: at(900)) == .fill)
        #expect(machine.deadline == .distantFuture)
    }

    @Test mutating func `an idle slot commits at once`() { #expect(machine.next(some, isIdle: true, at: at(0)) == .freeze) }

    @Test mutating func `a busy slot fills its epoch until it is due`() {
        #expect(machine.next(some, isIdle: false, at: at(100)) == .fill)
        #expect(machine.deadline == at(125))
        #expect(machine.next(some, isIdle: false, at: at(124)) == .fill)
        #expect(machine.next(some, isIdle: false, at: at(125)) == .freeze)
    }

    @Test(arguments: [EpochMachine.Work(isEmpty: false, bytes: 100, changes: 1), .init(isEmpty: false, bytes: 1, changes: 10)])
    mutating func `a full epoch ends at once, and waits while another commits`(full: EpochMachine.Work) {
        #expect(machine.next(full, isIdle: false, at: at(0)) == .freeze)
        machine.froze()
        #expect(machine.isCommitting)
        #expect(machine.next(full, isIdle: true, at: at(1)) == .hold)
        machine.commitEnded()
        #expect(machine.next(full, isIdle: false, at: at(2)) == .freeze)
    }

    @Test mutating func `a second epoch is never in flight`() {
        #expect(machine.next(some, isIdle: true, at: at(0)) == .freeze)
        machine.froze()
        #expect(machine.next(some, isIdle: true, at: at(500)) == .fill)
        machine.commitEnded()
        #expect(machine.next(some, isIdle: true, at: at(501)) == .freeze)
    }
}

@Suite struct BurialNotesTests {
    private var notes = BurialNotes()
    private let later = at(5).advanced(by: BurialNotes.minute)

    @Test mutating func `the first dead letter of each reason is said, the others are counted once a minute`() {
        #expect(notes.add("no id", stage: "s", inlet: "i", at: at(5)) == true)
        #expect(notes.add("no id", stage: "s", inlet: "i", at: at(6)) == false)
        #expect(notes.add("no id", stage: "s", inlet: "other", at: at(7)) == true)
        #expect(notes.add("no id", stage: "s", inlet: "i", at: at(8)) == false)
        #expect(notes.settle(at: at(9)) == nil)
        #expect(notes.ends == later)
        #expect(notes.settle(at: later) == 2)
        #expect(notes.ends == .distantFuture)
        #expect(notes.add("no id", stage: "s", inlet: "i", at: later) == true)
    }

    @Test mutating func `reasons that are all different are not all said`() {
        let said = (0..<100).count { notes.add("no id at byte \($0)", stage: "s", inlet: "i", at: at(5)) }
        #expect(said == BurialNotes.most)
        #expect(notes.settle(at: later) == 100 - BurialNotes.most)
    }

    @Test mutating func `a minute in which all were said ends in silence`() {
        #expect(notes.add("no id", stage: "s", inlet: "i", at: at(5)) == true)
        #expect(notes.settle(at: later) == nil)
        #expect(notes.ends == .distantFuture)
    }
}

@Suite struct SupervisionTests {
    private var supervision: Supervision
    private static let record = Supervision.Record(inlet: "i", topic: "t", partition: 0, offset: Offset(7))

    init() {
        var settings = EngineSettings()
        settings.firstBackoff = .init(microseconds: 100)
        settings.longestBackoff = .init(microseconds: 350)
        settings.failuresToQuarantine = 4
        supervision = Supervision(settings: settings, attempts: 3)
    }

    @Test mutating func `each wait is twice the last, up to the longest, then quarantine`() {
        let failure = StageFailure("x", blame: .system)
        #expect(supervision.mayTry(at: at(0)))
        for wait in [100, 200, 350] as [Int64] {
            supervision.failed(failure, record: nil, at: at(1_000))
            #expect(supervision.nextTry == at(1_000 + wait))
            #expect(!supervision.mayTry(at: at(999 + wait)))
            #expect(supervision.mayTry(at: at(1_000 + wait)))
        }
        supervision.failed(failure, record: nil, at: at(1_000))
        #expect(supervision.isQuarantined)
        #expect(!supervision.mayTry(at: at(1 << 50)))
    }

    @Test mutating func `progress forgets the failures`() {
        for _ in 0..<20 {
            supervision.failed(StageFailure("x", blame: .job), record: nil, at: at(0))
            supervision.madeProgress()
        }
        #expect(!supervision.isQuarantined)
        #expect(supervision.failures == 0)
    }

    @Test mutating func `a record that fails as often as it may is poison, with its history`() {
        for attempt in 1...3 {
            supervision.failed(StageFailure("bad \(attempt)", blame: .job), record: Self.record, at: at(Int64(attempt) * 10))
            #expect(supervision.poisoned.isEmpty == (attempt < 3))
        }
        #expect(supervision.poisoned[Self.record] == .init(reason: "bad 3", attempts: 3, firstSeen: at(10)))
        #expect(supervision.mayTry(at: at(30)))
        supervision.buried([Self.record])
        #expect(supervision.poisoned.isEmpty)
    }

    @Test mutating func `a failure that asks for a dead letter gets it at the first try`() {
        supervision.failed(StageFailure("bad", blame: .record, remedy: .deadLetter), record: Self.record, at: at(5))
        #expect(supervision.poisoned[Self.record]?.attempts == 1)
    }

    @Test mutating func `no record is blamed for what the system did`() {
        for _ in 0..<3 { supervision.failed(StageFailure("disk", blame: .system), record: Self.record, at: at(5)) }
        #expect(supervision.poisoned.isEmpty)
    }

    @Test mutating func `a failure that says stop stops`() {
        supervision.failed(StageFailure("lost", blame: .system, remedy: .stop), record: nil, at: at(5))
        #expect(supervision.isQuarantined)
    }
}
