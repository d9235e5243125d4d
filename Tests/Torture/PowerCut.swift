internal import Foundation
internal import Glibc

/// A power loss, as far as one process can play it: the end of the log's newest write-ahead file never reached the disk.
enum PowerCut {
    /// Cuts the newest file between `from` and its end, anywhere, in the middle of a record as well. Returns what was cut, in words.
    static func cut(_ deployment: Deployment, _ random: inout SeededGenerator) throws -> String {
        let files = try FileManager.default.contentsOfDirectory(atPath: deployment.logDatabase).filter { $0.hasSuffix(".log") }.sorted()
        guard let newest = files.last else { return "nothing: no write-ahead file" }
        let path = "\(deployment.logDatabase)/\(newest)"
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        if size == 0 { return "nothing: \(newest) is empty" }
        let kept = Int(Double(size) * (0.4 + 0.6 * random.unit()))
        guard unsafe truncate(path, off_t(kept)) == 0 else { throw Trouble("cutting \(path): errno \(errno)") }
        return "\(size - kept) of \(size) bytes of \(newest)"
    }
}
