import Testing

@Suite struct ArrowTests {
    private let package: PackageDescription

    init() throws { package = try PackageDescription.here.get() }

    @Test func `every target has a layer`() {
        #expect(package.product.filter { Layers.layer(of: $0) == nil }.map(\.name) == [], "give it a line in Layers.swift")
    }

    @Test func `an import points to a lower layer`() {
        let layers = Dictionary(uniqueKeysWithValues: package.product.map { ($0.name, Layers.layer(of: $0) ?? .max) })
        let wrong = package.product.flatMap { target in
            target.imports.filter { layers[$0, default: .max] >= layers[target.name, default: .min] }.map { "\(target.name) → \($0)" }
        }
        #expect(wrong == [])
    }

    @Test(arguments: Layers.doors.keys.sorted()) func `a C library is imported by its one door`(_ library: String) {
        let importers = package.product.filter { $0.imports.contains(library) }.map(\.name)
        #expect(importers == [Layers.doors[library] ?? nil].compactMap(\.self))
    }

    @Test func `a job imports no log, no state store, no engine and no other job`() {
        let jobs = package.product.filter { Layers.layer(of: $0) == Layers.jobs && !["Topology", "Execution"].contains($0.name) }
        let allowed: Set = [
            "StreamCore", "KeyedState", "Dataflow", "Wire", "Freight", "Geodesy", "HoursOfService", "HTTPServer", "HTTPClient", "Tokens",
            "PostgresClient", "PostgresSinks", "Pgoutput", "DebeziumFormat", "Neo4jClient", "Sinks", "RoadNetwork",
            // What a stage that runs in every process stands on; `EventLog` is the interface, not a log.
            "Access", "EventFeed", "EventLog", "Metrics", "ReadModel", "StructuredLog", "Threads",
        ]
        #expect(jobs.flatMap { job in job.imports.filter { !allowed.contains($0) }.map { "\(job.name) → \($0)" } } == [])
    }

    @Test func `a target lives in the folder of its name`() {
        let strays = package.targets.filter { target in
            let folders = target.isTest ? ["Tests/\(target.name)"] : ["Sources/\(target.name)", "Jobs/\(target.name)"]
            return !folders.contains(target.path) && Layers.elsewhere[target.name] != target.path
        }
        #expect(strays.map { "\($0.name) in \($0.path)" } == [])
    }

    @Test func `nothing comes from outside but the toolchain and the C libraries`() {
        #expect(package.dependencies.map(\.identity) == [])
    }

    @Test func `no target is called by a name that says nothing, or one that the toolchain has`() {
        let empty: Set = ["Common", "Utils", "Util", "Helpers", "Shared", "Misc", "Runtime", "Observation", "Testing"]
        #expect(package.targets.map(\.name).filter(empty.contains) == [])
    }
}
