import KeyedState
import StreamCore
import Testing

@testable import Topology

@Suite struct DifferenceTests {
    private typealias Stage = RunningJob.Stage

    private static func state(
        _ name: String = "count", _ shape: StateSchema.Shape = .value, key: String = "String", value: String = "Int", version: UInt8 = 2,
        oldest: UInt8 = 1
    ) -> StateSchema {
        StateSchema(name: name, shape: shape, key: key, value: value, version: version, oldestVersion: oldest)
    }

    private static func job(_ stages: [RunningJob.Stage], name: String = "orders", fingerprint: String = "a") -> RunningJob {
        RunningJob(name: name, fingerprint: fingerprint, stages: stages)
    }

    private static let running = job([Stage(id: "read", tasks: 4, states: []), Stage(id: "fold", tasks: 8, states: [state()])])

    private func entry(_ declared: RunningJob, against running: RunningJob = running) throws -> PlanDifference.Entry {
        try #require(PlanDifference([declared], against: [running]).entries.first)
    }

    /// The change where only what the fold stage keeps or how wide it is differs.
    private func entry(states: [StateSchema], tasks: Int = 8) throws -> PlanDifference.Entry {
        try entry(
            Self.job([Stage(id: "read", tasks: 4, states: []), Stage(id: "fold", tasks: tasks, states: states)], fingerprint: "b"))
    }

    private static let beginEmpty =
        "or take a savepoint (linehaul savepoint create orders) and deploy the job under another name, to begin with empty state"

    @Test func `the same job runs on`() throws {
        #expect(try entry(Self.running) == .init(job: "orders", change: .unchanged, notes: [], refusals: []))
    }

    @Test func `a job that differs in a setting restarts with its state`() throws {
        #expect(
            try entry(Self.job(Self.running.stages, fingerprint: "b")) == .init(job: "orders", change: .changed, notes: [], refusals: []))
    }

    @Test func `a job of a program whose state changed restarts though its file is the same`() throws {
        #expect(
            try entry(Self.job([Self.running.stages[0], Stage(id: "fold", tasks: 8, states: [Self.state(version: 3)])])).change == .changed)
    }

    @Test func `a job that nobody declares any more stops, and its state is kept`() {
        let difference = PlanDifference([], against: [Self.running])
        #expect(
            difference.entries == [.init(job: "orders", change: .removed, notes: ["its state is kept until it is purged"], refusals: [])])
        #expect(!difference.isRefused)
    }

    @Test func `a job that does not run starts`() {
        #expect(PlanDifference([Self.running], against: []).entries == [.init(job: "orders", change: .added, notes: [], refusals: [])])
    }

    @Test func `a stage with state that is gone is refused`() throws {
        let entry = try entry(Self.job([Self.running.stages[0]], fingerprint: "b"))
        #expect(
            entry.refusals.map(\.description) == [
                "stage fold: it is gone, and its state (count) would be lost; put the stage back, \(Self.beginEmpty)"
            ])
    }

    @Test func `a stage with state that was renamed is refused, and told its name`() throws {
        let entry = try entry(
            Self.job([Self.running.stages[0], Stage(id: "folded", tasks: 8, states: [Self.state()])], fingerprint: "b"))
        #expect(
            entry.refusals.map(\.description) == [
                "stage fold: it is gone, and folded, which looks like it, would begin without its state (count); "
                    + "name stage folded fold again, \(Self.beginEmpty)"
            ])
    }

    @Test func `a stage without state may go and come`() throws {
        let entry = try entry(Self.job([Stage(id: "parse", tasks: 4, states: []), Self.running.stages[1]], fingerprint: "b"))
        #expect(entry.refusals == [])
        #expect(
            entry.notes == [
                "stage read is gone; how far it had read is kept under that name alone",
                "stage parse is new; it begins with empty state, at the start that its inlets declare",
            ])
    }

    @Test func `another number of tasks is refused where there is state`() throws {
        #expect(
            try entry(states: [Self.state()], tasks: 12).refusals.map(\.description) == [
                "stage fold: it would have 12 tasks instead of 8, and keys would move away from their state; "
                    + "give what it reads 8 partitions again, \(Self.beginEmpty)"
            ])
    }

    @Test func `another number of tasks is noted where there is no state`() throws {
        let entry = try entry(Self.job([Stage(id: "read", tasks: 6, states: []), Self.running.stages[1]], fingerprint: "b"))
        #expect(entry.refusals == [])
        #expect(entry.notes == ["stage read goes from 4 to 6 tasks; the new ones begin at the start of their inlets"])
    }

    @Test(arguments: [
        ([], "it is gone, and what it holds would be lost; declare it again"),
        ([state("counts")], "it is gone, and counts, which looks like it, would begin empty; name state counts count again"),
        ([state(.list)], "it is a value and would be read as a list; make it a value again and give the new one a name of its own"),
        (
            [state(key: "Int")],
            "its keys are String and would be read as Int; keep String, with a raised version and a migration where its form changes"
        ),
        (
            [state(value: "Double")],
            "its values are Int and would be read as Double; keep Int, with a raised version and a migration where its form changes"
        ),
        (
            [state(version: 4, oldest: 3)],
            "it holds version 2, and this program reads version 3 up; let its codec migrate version 2 too"
        ),
    ])
    func `state that would be lost or misread is refused, with a way out`(states: [StateSchema], reason: String) throws {
        let entry = try entry(states: states)
        #expect(entry.refusals.map(\.description) == ["stage fold, state count: \(reason), \(Self.beginEmpty)"])
        #expect(entry.change == .changed)
    }

    private static func state(_ shape: StateSchema.Shape) -> StateSchema { state("count", shape) }

    @Test func `an older program is refused`() throws {
        #expect(
            try entry(states: [Self.state(version: 1)]).refusals.map(\.description) == [
                "stage fold, state count: it holds version 2, and this program writes version 1; run the newer program, or "
                    + "restore a savepoint that the older one made"
            ])
    }

    @Test func `a migration is noted`() throws {
        let entry = try entry(states: [Self.state(version: 3), Self.state("more")])
        #expect(entry.refusals == [])
        #expect(
            entry.notes == [
                "state count of stage fold: version 2 is migrated to 3 as it is read", "state more of stage fold is new and begins empty",
            ])
    }

    @Test func `rows that may be older than what can be read are noted`() throws {
        #expect(
            try entry(states: [Self.state(version: 3, oldest: 2)]).notes == [
                "state count of stage fold: rows last written as version 1 can no longer be read; see that none are left"
            ])
    }

    @Test func `every reason of a job is given at once`() throws {
        let states = [Self.state("a"), Self.state("b")]
        let entry = try entry(
            Self.job([Stage(id: "fold", tasks: 2, states: [Self.state("a", .map)])], fingerprint: "b"),
            against: Self.job([Stage(id: "fold", tasks: 1, states: states), Stage(id: "more", tasks: 1, states: [Self.state("x")])]))
        #expect(entry.refusals.map { "\($0.stage) \($0.state ?? "")" } == ["fold ", "fold a", "fold b", "more "])
    }

    @Test func `the text has a line for each job, and below it why not`() {
        let text = PlanDifference(
            [
                Self.job([Stage(id: "fold", tasks: 8, states: [Self.state(version: 1)])], fingerprint: "b"),
                Self.job([], name: "new"), Self.job([], name: "same"), Self.job([], name: "tuned", fingerprint: "b"),
            ],
            against: [
                Self.job([Stage(id: "fold", tasks: 8, states: [Self.state()])]), Self.job([], name: "old"), Self.job([], name: "same"),
                Self.job([], name: "tuned"),
            ]
        ).text
        #expect(
            text == """
                + new     starts
                - old     stops
                ! orders  refused
                    stage fold, state count: it holds version 2, and this program writes version 1; run the newer program, or restore a \
                savepoint that the older one made
                = same    runs on
                ~ tuned   restarts with its state

                """)
    }

    @Test func `what runs survives the way over HTTP`() throws {
        #expect(try RunningJob(json: Self.running.json) == Self.running)
        #expect(
            Self.running.json.description
                == #"{"job":"orders","fingerprint":"a","stages":[{"stage":"read","tasks":4,"states":[]},"#
                + #"{"stage":"fold","tasks":8,"states":[{"name":"count","shape":"value","key":"String","value":"Int","#
                + #""version":2,"oldest_version":1}]}]}"#)
    }

    @Test func `an answer that says no job is refused by what it lacks`() {
        #expect(throws: DecodeFailure("a running job lacks the text `job`")) { try RunningJob(json: .object(["name": "x"])) }
        #expect(throws: DecodeFailure("stage s of running job x lacks the number `tasks`")) {
            try RunningJob(
                json: .object(["job": "x", "fingerprint": "a", "stages": [.object(["stage": "s", "tasks": "4", "states": []])]]))
        }
    }

    @Test func `a plan deployed as it is runs on`() throws {
        let deployments = try Folders.folder().deploy(environment: [:], catalog: catalog).deployments
        let plan = try TopologyPlan(deployments)
        #expect(PlanDifference(plan, against: plan.jobs.map { RunningJob($0) }).entries.map(\.change) == [.unchanged])
    }
}
