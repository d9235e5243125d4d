import Testing

@Suite struct HouseTests {
    private let repository = Repository()
    private let sources: [SourceFile]

    init() throws { sources = try repository.sources() }

    /// A file that holds one state machine may be longer than others.
    private static let stateMachines: Set = ["Sources/CBeast/Connection.hpp"]

    /// Where the compiler takes our word that a type may cross threads; each with its reason beside it.
    private static let uncheckedSendable = [
        "Sources/Dataflow": 1,
        "Jobs/ChangeCapture": 1,
        "Sources/EmbeddedLog": 1,
        "Sources/Execution": 3,
        "Sources/HTTPClient": 1,
        "Sources/HTTPServer": 4,
        "Sources/KafkaLog": 1,
        "Sources/PostgresClient": 2,
        "Sources/RocksDB": 1,
        "Sources/Threads": 1,
        "Sources/Tokens": 1,
        "Sources/Wire": 1,
    ]

    /// Modules through which every record goes.
    private static let hot: Set = ["StreamCore", "KeyedState", "Dataflow", "Wire", "Freight", "EventLog"]

    @Test func `a file has at most 400 lines, one that holds a state machine 600`() throws {
        let long = try repository.files(in: ["Sources", "Jobs", "Tests"]).filter {
            $0.lines.count > (Self.stateMachines.contains($0.path) ? 600 : 400)
        }
        #expect(long.map { "\($0.path): \($0.lines.count) lines" } == [])
    }

    @Test func `no source gives up on its input`() {
        let pattern = #/\btry!|\bfatalError\(|\bas!/#
        #expect(sources.flatMap { $0.places(of: pattern) } == [])
    }

    @Test func `no source takes the compiler's checks of threads away without being counted`() {
        var counts: [String: Int] = [:]
        for file in sources { counts[file.target, default: 0] += file.places(of: #/@unchecked Sendable/#).count }
        #expect(counts.filter { $0.value > 0 } == Self.uncheckedSendable)
    }

    @Test func `what takes the compiler's checks of threads away says why it is safe`() {
        let silent = sources.flatMap { file in
            file.code.filter { $0.text.contains("@unchecked Sendable") }.map(\.number).filter { number in
                !file.lines[max(0, number - 6)..<min(file.lines.count, number + 3)].contains { $0.contains("// SAFETY:") }
            }
            .map { "\(file.path):\($0)" }
        }
        #expect(silent == [])
    }

    @Test func `Foundation stays away from where every record goes`() {
        let hot = sources.filter { Self.hot.contains(String($0.path.split(separator: "/")[1])) }
        #expect(hot.flatMap { $0.places(of: #/\bimport Foundation\b/#) } == [])
    }

    @Test func `time is a parameter: nothing below the composition root asks a clock`() {
        let below = sources.filter { !$0.path.hasPrefix("Sources/linehaul/") && !$0.path.hasPrefix("Sources/torture/") }
        #expect(below.flatMap { $0.places(of: #/\bDate\(\)|\bDate\.now\b|ContinuousClock\.now|SuspendingClock\.now/#) } == [])
    }

    @Test func `no task is detached from those who wait for it but at the composition root`() {
        let below = sources.filter { !$0.path.hasPrefix("Sources/linehaul/") && !$0.path.hasPrefix("Sources/torture/") }
        #expect(below.flatMap { $0.places(of: #/\bTask\.detached\b|\bTask \{/#) } == [])
    }

    @Test func `no file and no folder is called by a name that says nothing`() {
        let empty: Set = ["Common", "Utils", "Util", "Helpers", "Shared", "Misc", "Types", "New"]
        let found = sources.filter { file in
            file.path.hasSuffix(".swift") && file.path.split(separator: "/").contains { empty.contains(String($0.prefix { $0 != "." })) }
        }
        #expect(found.map(\.path) == [])
    }

    @Test func `the top of the repository holds what a visitor expects`() throws {
        let expected: Set = [
            "Package.swift", "Sources", "Jobs", "Tests", "topology", "docker-compose.yml", "README.md", "Makefile", "Dockerfile", "docs",
            "Benchmarks",
        ]
        // `/build` is a folder that some tools leave behind; git does not keep it.
        #expect(try repository.topLevel().subtracting(expected).subtracting(["build"]) == [])
    }
}
