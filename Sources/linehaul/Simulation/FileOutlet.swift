internal import FleetSimulator
internal import Foundation
internal import StreamCore
internal import Synchronization

/// Writes records to a directory, a file `<topic>.ndjson` for each topic.
final class FileOutlet: SimulationOutlet {
    private let directory: String
    private let format: SimulatedLine.Format
    private let files = Mutex<[String: FileHandle]>([:])

    /// Makes the directory where it is missing; files of an earlier run are replaced.
    init(_ directory: String, _ format: SimulatedLine.Format) throws {
        self.directory = directory
        self.format = format
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    func take(_ records: [SimulatedRecord]) throws {
        var lines: [String: ByteWriter] = [:]
        for record in records { SimulatedLine.write(record, as: format, into: &lines[record.topic, default: ByteWriter(capacity: 65_536)]) }
        for (topic, lines) in lines { try file(of: topic).write(contentsOf: Data(lines.bytes)) }
    }

    private func file(of topic: String) throws -> FileHandle {
        try files.withLock { files in
            if let open = files[topic] { return open }
            let path = "\(directory)/\(topic).ndjson"
            guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
                throw CommandFailure("writing \(path): it cannot be made")
            }
            files[topic] = file
            return file
        }
    }

    func finish() throws {
        try files.withLock { files in
            for file in files.values { try file.close() }
            files = [:]
        }
    }
}
