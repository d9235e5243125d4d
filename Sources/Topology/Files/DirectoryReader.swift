internal import Glibc
internal import StreamCore

/// Reads the files of a directory that belong to a topology.
enum DirectoryReader {
    /// More than any topology file that a person wrote.
    private static let largestFile = 4 << 20

    static func texts(in directory: String) throws(TopologyFailure) -> [String: String] {
        guard let stream = unsafe opendir(directory) else {
            throw failure(directory, "opening the topology folder: \(lastError); name another one, or make it")
        }
        defer { unsafe closedir(stream) }
        var texts: [String: String] = [:]
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard !name.hasPrefix("."), TopologyFolder.counts(name) else { continue }
            let path = directory == "/" ? "/\(name)" : "\(directory)/\(name)"
            texts[path] = try text(of: path)
        }
        return texts
    }

    private static func text(of path: String) throws(TopologyFailure) -> String {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(path, "opening it: \(lastError)") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "reading it: \(lastError)") }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > largestFile { throw failure(path, "it is larger than \(largestFile.byteSize), so it is no topology file") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure(path, "it is not UTF-8; save it as UTF-8") }
        return text
    }

    private static var lastError: String { unsafe String(cString: strerror(errno)) }

    private static func failure(_ path: String, _ reason: String) -> TopologyFailure {
        TopologyFailure(problems: [.init(file: path, line: 1, column: 1, reason: reason)])
    }
}
