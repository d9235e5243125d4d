internal import Foundation

/// An empty directory for one test, removed with the value.
public final class ScratchDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes one.
    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A copy of what it holds now: what a machine would find after losing its power at this instant. Taken anew where a file that it
    /// listed was removed before it was read.
    public func copy() throws -> ScratchDirectory {
        let copy = try ScratchDirectory()
        for _ in 0..<20 {
            try FileManager.default.removeItem(atPath: copy.path)
            do {
                try FileManager.default.copyItem(atPath: path, toPath: copy.path)
                return copy
            } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
                continue
            }
        }
        try FileManager.default.copyItem(atPath: path, toPath: copy.path)
        return copy
    }

    /// A directory inside it; made by whoever opens it.
    public func child(_ name: String) -> String { path + "/" + name }

    /// Removes something in it.
    public func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: child(name)) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
