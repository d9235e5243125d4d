import Testing
import Topology

@Suite struct ProblemTests {
    /// The problems of a folder whose job's file is `Folders.counts` with one text replaced.
    private func problems(replacing old: String, by new: String) throws -> [String] {
        let changed = Folders.counts.replacing(old, with: new)
        try #require(changed != Folders.counts)
        return Folders.problems(Folders.folder(counts: changed))
    }

    @Test func `a folder that is right has no problem`() {
        #expect(Folders.problems(Folders.folder()) == [])
    }

    @Test func `an unknown topic names the nearest`() throws {
        #expect(
            try problems(replacing: "topic: chat.messages", by: "topic: chat.mesages") == [
                "t/user-counts.yaml:3:22: unknown topic `chat.mesages`; did you mean `chat.messages`?"
            ])
    }

    @Test func `a topic unlike all others says where to declare it`() throws {
        #expect(
            try problems(replacing: "counts: chat.counts", by: "counts: elsewhere") == [
                "t/user-counts.yaml:5:11: unknown topic `elsewhere`; declare it in topics.yaml: `elsewhere: { partitions: 8 }`"
            ])
    }

    @Test func `a topic that is led by none is said to be`() {
        let topics = Folders.topics.replacing("retention: 7d", with: "led-by: chat.let")
        #expect(
            Folders.problems(Folders.folder(topics: topics)) == [
                "t/topics.yaml:2:49: `chat.messages` is led by `chat.let`, which is no topic; did you mean `chat.late`?"
            ])
    }

    @Test func `an unknown job names the nearest`() throws {
        #expect(
            try problems(replacing: "job: user-counts", by: "job: user-count") == [
                "t/user-counts.yaml:1:6: unknown job `user-count`; did you mean `user-counts`?"
            ])
        #expect(
            try problems(replacing: "job: user-counts", by: "job: billing") == [
                "t/user-counts.yaml:1:6: unknown job `billing`; known: `user-counts`, `dispatch`, `visits`"
            ])
    }

    @Test func `an unknown inlet names the nearest, and the one it leaves unbound`() throws {
        #expect(
            try problems(replacing: "messages: {", by: "mesages: {") == [
                "t/user-counts.yaml:2:1: inlet `messages` of user-counts is bound to no topic; add `messages: { topic: … }`",
                "t/user-counts.yaml:3:3: unknown inlet `mesages` of user-counts; did you mean `messages`?",
            ])
    }

    @Test func `an unknown outlet names the nearest, and the one it leaves unbound`() throws {
        #expect(
            try problems(replacing: "late: chat", by: "latte: chat") == [
                "t/user-counts.yaml:4:1: outlet `late` of user-counts is bound to no topic; add `late: { topic: … }`",
                "t/user-counts.yaml:6:3: unknown outlet `latte` of user-counts; did you mean `late`?",
            ])
    }

    @Test func `an unknown key names the nearest`() throws {
        #expect(
            try problems(replacing: "topic: chat.messages", by: "topic: chat.messages, latenes: 1s") == [
                "t/user-counts.yaml:3:37: unknown key `latenes`; did you mean `lateness`?"
            ])
    }

    @Test func `an unknown setting names the nearest`() {
        #expect(
            Folders.problems(Folders.folder(counts: Folders.counts + "\nsettings:\n  treshold: 2\n")) == [
                "t/user-counts.yaml:8:13: unknown setting treshold; did you mean threshold?"
            ])
    }

    @Test func `a setting out of its range says what would be right`() {
        #expect(
            Folders.problems(Folders.folder(counts: Folders.counts + "\nsettings:\n  threshold: 0\n  window: [1s]\n")) == [
                "t/user-counts.yaml:8:14: threshold takes a whole number from 1 to 1000, not 0",
                "t/user-counts.yaml:9:11: window takes a duration such as 500ms, 60s or 2d, at least 1ms, not 1s",
            ])
    }

    @Test func `a setting that is a mapping is refused`() {
        #expect(
            Folders.problems(Folders.folder(counts: Folders.counts + "\nsettings: { window: { size: 1s } }\n")) == [
                "t/user-counts.yaml:7:21: setting `window` takes a text, a number or a list, not a mapping"
            ])
    }

    @Test func `a file that is no YAML says where`() throws {
        let problems = Folders.problems(Folders.folder(counts: "job: user-counts\ninlets: { messages: [\n"))
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("t/user-counts.yaml:3:1: ") == true)
    }

    @Test func `a file without a job says what it lacks`() {
        #expect(
            Folders.problems(Folders.folder(counts: "parallelism: 0\n")) == [
                "t/user-counts.yaml:1:1: a job lacks `job`; expected the job's name",
                "t/user-counts.yaml:1:14: expected a whole number from 1 to 1024, found `0`",
            ])
    }

    @Test func `a job declared twice names the first`() {
        #expect(
            Folders.problems(Folders.folder(others: ["zwei.yaml": Folders.counts])) == [
                "t/zwei.yaml:1:6: job `user-counts` is declared twice; the first is at t/user-counts.yaml:1:6"
            ])
    }

    @Test func `a missing file is named`() {
        #expect(
            Folders.problems(Folders.folder(cluster: nil, topics: nil)) == [
                "t/cluster.yaml:1:1: there is no such file; it names the log and where data is kept; an empty one means the defaults",
                "t/topics.yaml:1:1: there is no such file; it declares the topics: `topics: { NAME: { partitions: 8 } }`",
            ])
    }

    @Test func `a file that ends in yml is to be renamed`() {
        #expect(
            Folders.problems(Folders.folder(others: ["more.yml": ""])) == [
                "t/more.yml:1:1: its name ends in .yml; rename it to end in .yaml"
            ])
    }

    @Test func `a variable that is not set is named`() throws {
        let problems = try problems(replacing: "topic: chat.messages", by: "topic: \"${TOPIC}\"")
        #expect(problems == ["t/user-counts.yaml:3:22: the environment has no TOPIC; set it, or give a default: `${TOPIC:-default}`"])
    }

    @Test func `a topic that cannot be is refused by name`() {
        let topics = Folders.topics + "\n  a.b.changelog: {}\n  a b: {}\n"
        #expect(
            Folders.problems(Folders.folder(topics: topics)) == [
                "t/topics.yaml:5:3: `a.b.changelog` ends in .changelog, as topics that jobs make for themselves do; choose another name",
                "t/topics.yaml:6:3: `a b` is no topic's name; letters, digits, `.`, `_` and `-` are, at most 249 of them",
            ])
    }

    @Test func `retention and compaction exclude each other`() {
        let topics = Folders.topics + "\n  a: { compact: true, retention: 1d }\n  b: { tombstones: 1h }\n"
        #expect(
            Folders.problems(Folders.folder(topics: topics)) == [
                "t/topics.yaml:5:23: `retention` of topic `a` goes against `compact`: the last record of each key stays; leave "
                    + "one of them out",
                "t/topics.yaml:6:8: `tombstones` of topic `b` means nothing without `compact: true`",
            ])
    }

    @Test func `a topic with a wrong property does not blame the jobs that name it`() {
        #expect(
            Folders.problems(Folders.folder(topics: Folders.topics.replacing("partitions: 4, key", with: "partitions: 0, key"))) == [
                "t/topics.yaml:2:32: expected a whole number from 1 to 4096, found `0`"
            ])
    }

    @Test func `topics that cannot be read do not make every topic unknown`() {
        #expect(
            Folders.problems(Folders.folder(topics: "topics: [a]\n")) == ["t/topics.yaml:1:9: expected a mapping: the topics, found a list"]
        )
    }

    private static let dispatch = """
        job: dispatch
        inlets:
          rules: { topic: chat.late, read-to-end: true }
          trucks: { topic: trucks }
          offers: { topic: offers }
        outlets: { pairs: chat.counts, verdicts: chat.counts }
        """

    @Test func `topics that a stage joins have equally many partitions`() {
        let topics = Folders.topics + "\n  trucks: { partitions: 3, key: place }\n  offers: { key: place }\n"
        #expect(
            Folders.problems(Folders.folder(topics: topics, others: ["dispatch.yaml": Self.dispatch])) == [
                "t/dispatch.yaml:4:20: `trucks` has 3 partitions and `offers` 8, but stage match of dispatch joins them by key; "
                    + "give both the same number in topics.yaml"
            ])
    }

    @Test func `a shuffle fits the topic it is joined with, however many partitions its writer has`() {
        let topics = Folders.topics + "\n  trucks: { partitions: 3 }\n  offers: { key: place }\n"
        #expect(Folders.problems(Folders.folder(topics: topics, others: ["dispatch.yaml": Self.dispatch])) == [])
    }

    @Test func `a key without meaning for its inlet is refused`() {
        let topics = Folders.topics + "\n  trucks: { key: place }\n  offers: { key: place }\n"
        let dispatch = Self.dispatch.replacing("read-to-end: true", with: "start: latest").replacing(
            "topic: offers", with: "topic: offers, read-to-end: true")
        #expect(
            Folders.problems(Folders.folder(topics: topics, others: ["dispatch.yaml": dispatch])) == [
                "t/dispatch.yaml:3:30: `start` means nothing for inlet `rules`, which every task reads whole, from its start, "
                    + "and which holds no watermark back; leave it out",
                "t/dispatch.yaml:5:28: `read-to-end` means nothing for inlet `offers`, which is not a broadcast inlet, so each "
                    + "task reads its own partition and never all of it first; leave it out",
            ])
    }

    @Test func `the problems of all files come at once`() {
        #expect(
            Folders.problems(
                Folders.folder(
                    cluster: "log: { kind: kafk }\nslot: 3\n", topics: Folders.topics + "\n  x: { partition: 3 }\n",
                    counts: "job: user-counts\nparalelism: 2\ninlets: { messages: chat.messagez, more: chat.late }\n"
                        + "outlets: { counts: chat.count, late: chat.late }\nsettings: { windo: 1s }\n",
                    others: ["billing.yaml": "job: billing\n"])) == [
                    "t/cluster.yaml:1:14: expected embedded or kafka, found `kafk`; did you mean `kafka`?",
                    "t/cluster.yaml:2:1: unknown key `slot`; did you mean `slots`?",
                    "t/topics.yaml:5:8: unknown key `partition`; did you mean `partitions`?",
                    "t/billing.yaml:1:6: unknown job `billing`; known: `user-counts`, `dispatch`, `visits`",
                    "t/user-counts.yaml:2:1: unknown key `paralelism`; did you mean `parallelism`?",
                    "t/user-counts.yaml:3:21: unknown topic `chat.messagez`; did you mean `chat.messages`?",
                    "t/user-counts.yaml:3:36: unknown inlet `more` of user-counts; known: `messages`",
                    "t/user-counts.yaml:4:20: unknown topic `chat.count`; did you mean `chat.counts`?",
                    "t/user-counts.yaml:5:20: unknown setting windo; did you mean window?",
                ])
    }
}
