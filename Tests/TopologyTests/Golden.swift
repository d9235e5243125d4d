import Foundation
import Testing

/// Texts kept beside the tests, so that a change of plan shows in a review. `LINEHAUL_REWRITE_GOLDEN=1` writes them anew.
enum Golden {
    static func expect(_ text: String, _ name: String, file: String = #filePath, at location: SourceLocation = #_sourceLocation) throws {
        let path = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden/\(name)")
        if ProcessInfo.processInfo.environment["LINEHAUL_REWRITE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: path, atomically: true, encoding: .utf8)
        }
        let kept = try String(contentsOf: path, encoding: .utf8)
        #expect(text == kept, "differs from Golden/\(name); LINEHAUL_REWRITE_GOLDEN=1 writes it anew", sourceLocation: location)
    }
}
