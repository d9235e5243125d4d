import Foundation

/// The package as `swift package describe` tells it.
struct PackageDescription: Decodable {
    struct Target: Decodable {
        let name: String
        let type: String
        let path: String
        let targetDependencies: [String]?

        /// What it imports of this package.
        var imports: [String] { targetDependencies ?? [] }
        var isTest: Bool { type == "test" }
    }

    struct Failure: Error { let reason: String }

    let targets: [Target]
    let dependencies: [Dependency]

    /// A package from elsewhere.
    struct Dependency: Decodable { let identity: String }

    /// The targets that are no tests.
    var product: [Target] { targets.filter { !$0.isTest } }

    /// Asks the package manager, once for all tests. A folder of its own for the build spares it the lock that the running tests may hold.
    static let here = Result { try read(Repository().path) }

    private static func read(_ path: String) throws -> PackageDescription {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-describe-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let swift = Process()
        swift.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        swift.arguments = [
            "timeout", "120", "swift", "package", "--package-path", path, "--scratch-path", scratch.path, "describe", "--type", "json",
        ]
        let (output, problems) = (Pipe(), FileHandle.nullDevice)
        swift.standardOutput = output
        swift.standardError = problems
        try swift.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        swift.waitUntilExit()
        guard swift.terminationStatus == 0 else {
            throw Failure(reason: "swift package describe ended with \(swift.terminationStatus); run it in \(path) to see why")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(PackageDescription.self, from: text)
    }
}
