internal import Foundation

/// What a process wrote to its journal.
enum Journal {
    /// The lines that must not be there, but those that say one of `allowed`.
    static func complaints(in path: String, but allowed: [String] = []) -> [String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        let bad = [#""level":"error""#, #""message":"task quarantined""#]
        return text.split(separator: "\n").map(String.init).filter { line in
            // What is no journal line comes from a part that gave up.
            !line.hasPrefix("{") || bad.contains { line.contains($0) } && !allowed.contains { line.contains($0) }
        }
    }
}
