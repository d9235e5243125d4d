import Foundation

/// The inputs of `Tests/Corpora/<target>`: collected, recorded and found by fuzzing.
enum Corpus {
    /// The files of a target's folder and of those within it, in the order of their paths.
    static func inputs(of target: String) throws -> [(file: String, bytes: [UInt8])] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Corpora/\(target)")
        return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
            .map { root.appending(path: $0) }
            .filter { try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false }
            .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
    }
}
