import Foundation
import Testing

@Suite struct DockerfileTests {
    private let instructions: [(name: String, words: String)]
    private let runtime: ArraySlice<(name: String, words: String)>

    init() throws {
        instructions = try Shipped.dockerfile()
        let last = try #require(instructions.lastIndex { $0.name == "FROM" })
        runtime = instructions[last...]
    }

    /// What a library's package for building leaves to be installed where the binary runs, on Debian 12; `nil`: headers alone.
    private static let loaded: [String: String?] = [
        "librocksdb-dev": "librocksdb7.8", "libyaml-dev": "libyaml-0-2", "libxxhash-dev": "libxxhash0", "libzstd-dev": "libzstd1",
        "librdkafka-dev": "librdkafka1", "libsimdjson-dev": "libsimdjson14", "libssl-dev": "libssl3", "libcurl4-openssl-dev": "libcurl4",
        "libboost1.81-dev": nil, "libpq-dev": "libpq5", "libcjose-dev": "libcjose0", "zlib1g-dev": "zlib1g",
    ]
    /// The packages of the libraries that shims of ours are linked with.
    private static let linked = [
        "simdjson": "libsimdjson-dev", "ssl": "libssl-dev", "crypto": "libssl-dev", "curl": "libcurl4-openssl-dev",
        "pthread": nil, "m": nil, "rdkafka": "librdkafka-dev",
    ]

    /// The packages that the doors of `Package.swift` need to be built.
    private func doors() throws -> Set<String> {
        let package = try Shipped.text("Package.swift")
        var packages = Set(package.matches(of: #/library\("\w+", (?:"[^"]+"|nil), "([^"]+)"\)/#).map { String($0.1) })
        for shim in package.matches(of: #/shim\("\w+", linking: \[([^\]]*)\]\)/#) {
            for library in shim.1.matches(of: #/"(\w+)"/#).map({ String($0.1) }) {
                let found = try #require(Self.linked[library], "say which package has \(library)")
                if let found { packages.insert(found) }
            }
        }
        return packages
    }

    private func installed(_ instructions: some Sequence<(name: String, words: String)>) -> Set<String> {
        var packages: Set<String> = []
        for (_, words) in instructions.filter({ $0.name == "RUN" }) {
            for command in words.split(separator: "&&") where command.contains("apt-get install") {
                let all = command.split(separator: " ").drop { $0 != "install" }.dropFirst()
                packages.formUnion(all.filter { !$0.hasPrefix("-") }.map(String.init))
            }
        }
        return packages
    }

    @Test func `what the doors load is installed where the binary runs, and nothing else`() throws {
        let doors = try doors()
        #expect(doors.count > 6)
        var wanted: Set<String> = ["ca-certificates", "tzdata"]
        for door in doors {
            let package = try #require(Self.loaded[door], "say what \(door) leaves to be loaded")
            if let package { wanted.insert(package) }
        }
        #expect(installed(runtime) == wanted)
    }

    @Test func `what is built with is what the set-up of a machine installs`() throws {
        let prepared = try Shipped.text(".ci/prepare")
        for door in try doors() { #expect(prepared.contains(door), "\(door) is not in .ci/prepare") }
        #expect(instructions.contains { $0.name == "RUN" && $0.words == ".ci/prepare" })
    }

    @Test func `the image is built by the command that builds anywhere`() throws {
        #expect(instructions.contains { $0.name == "RUN" && $0.words == "make build" })
        let makefile = try Shipped.text("Makefile")
        #expect(makefile.contains("release := .build/release\n"))
        #expect(instructions.contains { $0.words.contains("install -D -m 755 .build/release/linehaul /runtime/usr/local/bin/linehaul") })
        let copied = Set(instructions.filter { $0.name == "COPY" }.flatMap { $0.words.split(separator: " ").map(String.init) })
        for folder in ["Sources", "Jobs", "Tests", "docs"] { #expect(copied.contains(folder), "Package.swift names targets in \(folder)") }
    }

    @Test func `Swift's own runtime is taken along by the Dockerfile's own words`() throws {
        let step = try #require(instructions.first { $0.words.contains("ldd ") }).words
        let awk = try #require(step.firstMatch(of: #/ldd \S+ \| (awk '[^']+')/#)).1
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        let binary = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("linehaul").path
        shell.arguments = ["-c", "ldd '\(binary)' | \(awk)"]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let found = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(found.contains("libswiftCore.so"))
        #expect(found.split(separator: "\n").allSatisfy { $0.hasPrefix("/") })
    }

    @Test func `both stages begin from an image of one version`() {
        #expect(instructions.filter { $0.name == "FROM" }.map(\.words) == ["swift:6.3-bookworm AS build", "debian:bookworm-slim"])
    }

    @Test func `the process is nobody's but its own user's`() throws {
        let user = try #require(runtime.last { $0.name == "USER" }).words
        #expect(user != "root" && user != "0")
        #expect(runtime.contains { $0.words.contains("useradd") && $0.words.contains(user) })
        #expect(runtime.contains { $0.words.contains("install -d -o \(user) -g \(user) /linehaul /var/lib/linehaul") })
    }

    @Test func `it is looked after, told to stop as it can be, and keeps its data`() {
        #expect(runtime.contains { $0.name == "HEALTHCHECK" && $0.words.hasSuffix(#"CMD ["linehaul", "health", "--live"]"#) })
        #expect(runtime.contains { $0 == ("STOPSIGNAL", "SIGTERM") })
        #expect(runtime.contains { $0 == ("VOLUME", "/var/lib/linehaul") })
        #expect(runtime.contains { $0 == ("ENTRYPOINT", #"["linehaul"]"#) })
    }
}
